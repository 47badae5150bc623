import { concat, reshape, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Placements } from '../geometry/placements.js';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import type { Displacements } from './engine.js';
import { shiftRamps } from './probe-shifts.js';
import type { Propagation } from './propagate.js';

/** What {@link positionSteps} works on. */
export interface PositionStepsInput {
  /** Probe times the checkerboard, complex `[m, N, N]`. */
  readonly probe: Tensor;
  readonly placements: Placements;
  readonly waves: Pick<Propagation, 'probes' | 'patches' | 'corrections'>;
}

/** Added to the diagonal of the normal equations, as a share of its largest value in the batch: dark or flat frames stay where they are. */
const HOLD = 0.1;

/**
 * Gauss-Newton displacements of the frames of a batch: the two numbers per frame that make chi_j - (d psi_j / d x, d psi_j / d y) . step smallest.
 *
 * The exit wave depends on the position through the sub-pixel shift of the probe, so its derivative is exact: ifft2(-2 pi i k / N P^) O.
 *
 * Source: the position gradient of Guizar-Sicairos & Fienup, Opt. Express 16, 7264 (2008), taken on the probe; least squares per frame.
 */
export function positionSteps(kernels: ComplexKernels, { probe, placements, waves }: PositionStepsInput): Displacements {
  const [count, , N] = waves.probes.shape as [number, number, number];
  const found = tidy(() => {
    const spectra = kernels.multiply(kernels.fft2d(probe), shiftRamps(kernels, placements, N));
    const [sx, sy] = (['x', 'y'] as const).map((axis) => {
      const moved = kernels.ifft2d(kernels.multiply(spectra, frequencies(kernels, N, axis)));
      return reshape(kernels.multiply(moved, waves.patches), [count, 1, -1]);
    }) as [Tensor, Tensor];
    const dot = (a: Tensor, b: Tensor): Tensor => reshape(kernels.real(kernels.matMul(a, b, { adjoint: true })), [count, 1]);
    const corrections = reshape(waves.corrections, [count, 1, -1]);
    return concat([dot(sx, sx), dot(sy, sy), dot(sx, sy), dot(sx, corrections), dot(sy, corrections)], 1);
  });
  const numbers = found.dataSync<'float32'>();
  found.dispose();
  return solve(numbers, count);
}

/** -2 pi i k / N along one axis of centred spectra, `[N, N]`; the Nyquist frequency has no derivative. */
function frequencies(kernels: ComplexKernels, N: number, axis: 'x' | 'y'): Tensor {
  const values = new Float32Array(2 * N * N);
  for (let i = 0; i < N * N; i++) {
    const k = (axis === 'x' ? i % N : Math.floor(i / N)) - N / 2;
    values[2 * i + 1] = k === -N / 2 ? 0 : (-2 * Math.PI * k) / N;
  }
  return kernels.fromParts(tensor(values, [N, N, 2]));
}

function solve(numbers: ArrayLike<number>, count: number): Displacements {
  const at = (j: number, column: number): number => numbers[5 * j + column] as number;
  let largest = 0;
  for (let j = 0; j < count; j++) largest = Math.max(largest, at(j, 0), at(j, 1));
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    const [a, c, b] = [at(j, 0) + HOLD * largest, at(j, 1) + HOLD * largest, at(j, 2)];
    const [g, h] = [at(j, 3), at(j, 4)];
    const determinant = a * c - b * b;
    if (!(determinant > 0)) continue;
    x[j] = (c * g - b * h) / determinant;
    y[j] = (a * h - b * g) / determinant;
  }
  return { x, y };
}
