import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Placements } from '../geometry/placements.js';
import type { ComplexKernels } from '../kernels/complex-kernels.js';

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
