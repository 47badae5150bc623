import { fill, reshape, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Placements } from '../geometry/placements.js';
import { type ComplexKernels, consuming } from '../kernels/complex-kernels.js';

/** Sub-pixel shifts of a probe to the frames of a batch and back. */
export interface ProbeShifts {
  /** The probe `[m, N, N]` at every frame, `[B, m, N, N]`. */
  toFrames(probe: Tensor): Tensor;
  /**
   * Mean over frames of probe gradients conj(O_j) chi_j, each moved back, complex `[m, N, N]`.
   *
   * @param conjugates conj(chi_j) O_j, possibly with weights, `[B, m, N, N]`
   */
  meanBack(conjugates: Tensor): Tensor;
}

/**
 * Shifts by Fourier ramps, P_j = ifft2(fft2(P) exp(-2 pi i (f_x k_x + f_y k_y) / N)). Their tensors belong to the scope they are made in.
 *
 * Sums of few moved probes (singular functions of the ramps: 47 of them for an error of 1e-5) were measured to take as long as the transforms they save.
 */
export function probeShifts(kernels: ComplexKernels, placements: Placements, N: number): ProbeShifts {
  const ramps = shiftRamps(kernels, placements, N);
  return {
    toFrames: (probe) =>
      tidy(() => {
        const spectra = kernels.multiply(kernels.fft2d(probe), ramps);
        return consuming(kernels.ifft2d(spectra), spectra);
      }),
    meanBack: (conjugates) =>
      tidy(() => {
        const [count, ...shape] = conjugates.shape as [number, number, number, number];
        const spectra = kernels.ifft2d(conjugates);
        const moved = consuming(kernels.multiply(spectra, ramps), spectra);
        // fft2(conj a) = N^2 conj(ifft2 a): the conjugate spectra are inverse transforms of what is here.
        const mean = kernels.matMul(kernels.fromReal(fill([1, 1, count], N ** 2 / count)), reshape(moved, [1, count, -1]));
        return kernels.ifft2d(kernels.conjugate(reshape(mean, shape)));
      }),
  };
}

/**
 * Ramps exp(-2 pi i f k / N) of the frames of a batch along one axis, `[B, N]` complex as pairs, k = -N/2 … N/2 - 1: zero frequency at N/2,
 * the Nyquist frequency as it is. One exponential per frame, the rest by recurrence in double precision.
 */
export function rampRows(fractions: ArrayLike<number>, N: number): Float32Array {
  const ramps = new Float32Array(2 * fractions.length * N);
  for (let j = 0; j < fractions.length; j++) {
    const step = (-2 * Math.PI * (fractions[j] as number)) / N;
    const [cos, sin] = [Math.cos(step), Math.sin(step)];
    let [re, im] = [Math.cos((step * N) / 2), -Math.sin((step * N) / 2)];
    for (let k = 0; k < N; k++) {
      ramps[2 * (j * N + k)] = re;
      ramps[2 * (j * N + k) + 1] = im;
      [re, im] = [re * cos - im * sin, re * sin + im * cos];
    }
  }
  return ramps;
}

/** Products of the ramps of both axes, `[B, 1, N, N]` complex: multiplied onto a centred spectrum they move a probe by (fx, fy) pixels. */
export function shiftRamps(kernels: ComplexKernels, { fractionX, fractionY }: Placements, N: number): Tensor {
  const count = fractionX.length;
  return tidy(() => {
    const rows = kernels.fromParts(tensor(rampRows(fractionY, N), [count, 1, N, 1, 2]));
    const columns = kernels.fromParts(tensor(rampRows(fractionX, N), [count, 1, 1, N, 2]));
    // A matrix product of one column and one row: several times faster than a broadcast product.
    return kernels.matMul(rows, columns);
  });
}
