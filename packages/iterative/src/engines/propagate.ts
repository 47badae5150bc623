import { div, fill, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { ObjectWindows } from '../geometry/object-windows.js';
import type { Placements } from '../geometry/placements.js';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import { amplitudeErrors, fieldResidual, type NoiseModel } from './amplitude-residual.js';
import { shiftRamps } from './wave-fields.js';

/** Measured amplitudes of some frames and where they were taken. */
export interface FrameBatch {
  /** Frames of the scan. */
  readonly indices: Int32Array;
  /** Square roots of counts, `[B, 1, N, N]`, zero frequency at the centre. */
  readonly amplitudes: Tensor;
  readonly placements: Placements;
  readonly windows: ObjectWindows;
}

/** Everything that an update takes from one pass through the model. */
export type Propagation = {
  /** Spectra of sub-pixel shifts, `[B, 1, N, N]`. */
  readonly ramps: Tensor;
  /** Probes at the frames, `[B, m, N, N]`. */
  readonly probes: Tensor;
  /** Object patches, `[B, 1, N, N]`. */
  readonly patches: Tensor;
  /** N^2 times the conjugate of the correction of the exit waves, `[B, m, N, N]`. */
  readonly residuals: Tensor;
  /** Sum of squared deviations of amplitudes of each frame, `[B]`. */
  readonly errors: Tensor;
};

/** What is propagated. */
export interface PropagateOptions {
  /** Centred object, complex `[H, W]`. */
  readonly object: Tensor;
  /** Probe times the checkerboard, complex `[m, N, N]`. */
  readonly probe: Tensor;
  readonly noise: NoiseModel;
  readonly mask: Tensor | undefined;
}

/** Exit waves of a batch, as far as the far field: fft2(P_j O_j). */
export function exitFields(
  kernels: ComplexKernels,
  batch: FrameBatch,
  { object, probe }: Pick<PropagateOptions, 'object' | 'probe'>,
): Pick<Propagation, 'ramps' | 'probes' | 'patches'> & { readonly fields: Tensor } {
  const N = probe.shape[2] as number;
  return tidy(() => {
    const ramps = shiftRamps(kernels, batch.placements, N);
    const probes = kernels.ifft2d(kernels.multiply(kernels.fft2d(probe), ramps));
    const patches = reshape(batch.windows.crop(object), [batch.indices.length, 1, N, N]);
    return { ramps, probes, patches, fields: kernels.fft2d(kernels.multiply(probes, patches)) };
  });
}

/**
 * One pass through the model and back: the corrections that the data asks for, as conjugates. Conjugates, because both directions then
 * come from plain products with probe and object, and one conjugation serves both; the transform of a conjugate is the inverse transform
 * conjugated, so that nothing more is paid.
 */
export function propagate(kernels: ComplexKernels, batch: FrameBatch, options: PropagateOptions): Propagation {
  return tidy(() => {
    const { fields, ...waves } = exitFields(kernels, batch, options);
    const { noise, mask } = options;
    const corrections = fieldResidual(kernels, fields, { amplitudes: batch.amplitudes, mask, noise });
    const residuals = kernels.fft2d(corrections);
    const errors =
      noise === 'gaussian' ? parsevalErrors(kernels, residuals) : amplitudeErrors(kernels, fields, { amplitudes: batch.amplitudes, mask });
    return { ...waves, residuals, errors };
  });
}

/** The projection moves amplitudes by exactly their deviation: its energy is the error. Sum |c|^2 / N^2 for c = N^2 conj(chi). */
function parsevalErrors(kernels: ComplexKernels, residuals: Tensor): Tensor {
  const [count, , N] = residuals.shape as [number, number, number];
  const rows = reshape(residuals, [count, 1, -1]);
  return div(reshape(kernels.real(kernels.matMul(rows, rows, { adjoint: true })), [count]), N * N);
}

/**
 * Mean over frames of the probe gradients conj(O_j) chi_j, each moved back by its sub-pixel shift, complex `[m, N, N]`.
 *
 * @param weighted N^2 conj(chi_j) O_j, possibly with weights, `[B, m, N, N]`
 */
export function meanProbeGradient(kernels: ComplexKernels, weighted: Tensor, ramps: Tensor): Tensor {
  const count = weighted.shape[0] as number;
  const shape = weighted.shape.slice(1) as [number, number, number];
  return tidy(() => {
    // fft2(conj a) = N^2 conj(ifft2 a): the conjugate spectra are inverse transforms of what is here.
    const spectra = reshape(kernels.multiply(kernels.ifft2d(weighted), ramps), [1, count, -1]);
    const mean = reshape(kernels.matMul(kernels.fromReal(onesRow(count)), spectra), shape);
    return kernels.ifft2d(kernels.conjugate(mean));
  });
}

const onesRow = (count: number): Tensor => fill([1, 1, count], 1 / count);
