import { mul, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { ObjectWindows } from '../geometry/object-windows.js';
import type { Placements } from '../geometry/placements.js';
import { type ComplexKernels, consuming } from '../kernels/complex-kernels.js';
import { amplitudeErrors, fieldCorrection, type NoiseModel } from './amplitude-residual.js';
import { type ProbeShifts, probeShifts } from './probe-shifts.js';

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
export interface Propagation {
  /** Sub-pixel shifts of the probe to the frames and back. */
  readonly shifts: ProbeShifts;
  /** Probes at the frames, `[B, m, N, N]`. */
  readonly probes: Tensor;
  /** Object patches, `[B, 1, N, N]`. */
  readonly patches: Tensor;
  /** Corrections chi_j of the exit waves that the data asks for, `[B, m, N, N]`. */
  readonly corrections: Tensor;
  /** Their conjugates: both directions come from plain products of them with probe and object. */
  readonly residuals: Tensor;
  /** Sum of squared deviations of amplitudes of each frame, `[B]`. */
  readonly errors: Tensor;
}

/** What is propagated. */
export interface PropagateOptions {
  /** Centred object, complex `[H, W]`. */
  readonly object: Tensor;
  /** Probe times the checkerboard, complex `[m, N, N]`. */
  readonly probe: Tensor;
  readonly noise: NoiseModel;
  readonly mask: Tensor | undefined;
}

/** Exit waves of a batch, as far as the far field: fft2(P_j O_j). The caller, or the scope it is in, frees them. */
export function exitFields(
  kernels: ComplexKernels,
  batch: FrameBatch,
  { object, probe }: Pick<PropagateOptions, 'object' | 'probe'>,
): Pick<Propagation, 'shifts' | 'probes' | 'patches'> & { readonly fields: Tensor } {
  const N = probe.shape[2] as number;
  const shifts = probeShifts(kernels, batch.placements, N);
  const probes = shifts.toFrames(probe);
  const patches = reshape(batch.windows.crop(object), [batch.indices.length, 1, N, N]);
  const waves = kernels.multiply(probes, patches);
  return { shifts, probes, patches, fields: consuming(kernels.fft2d(waves), waves) };
}

/** One pass through the model and back: the corrections that the data asks for. The caller, or the scope it is in, frees the result. */
export function propagate(kernels: ComplexKernels, batch: FrameBatch, options: PropagateOptions): Propagation {
  const { fields, ...waves } = exitFields(kernels, batch, options);
  const { noise, mask } = options;
  const { amplitudes } = batch;
  const errors = noise === 'poisson' ? amplitudeErrors(kernels, fields, { amplitudes, mask }) : undefined;
  const change = consuming(fieldCorrection(kernels, fields, { amplitudes, mask, noise }), fields);
  const corrections = consuming(kernels.ifft2d(change), change);
  const residuals = kernels.conjugate(corrections);
  return { ...waves, corrections, residuals, errors: errors ?? parsevalErrors(kernels, corrections) };
}

/** The projection moves amplitudes by exactly their deviation: its energy is the error, N^2 sum |chi|^2. */
function parsevalErrors(kernels: ComplexKernels, corrections: Tensor): Tensor {
  const [count, , N] = corrections.shape as [number, number, number];
  return tidy(() => {
    const rows = reshape(corrections, [count, 1, -1]);
    return mul(reshape(kernels.real(kernels.matMul(rows, rows, { adjoint: true })), [count]), N * N);
  });
}
