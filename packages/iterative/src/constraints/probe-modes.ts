import { reshape, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import { hermitianEigenvectors } from './hermitian.js';

/**
 * Turns incoherent modes into the orthogonal ones of the same mixture, strongest first: the illumination and every intensity stay as they are.
 * The caller disposes the result.
 *
 * Source: Thibault & Menzel, Nature 494, 68 (2013), methods: orthogonalisation by singular value decomposition.
 *
 * @param probe complex `[m, N, N]`
 */
export function orthogonalModes(kernels: ComplexKernels, probe: Tensor): Tensor {
  const [modes, N] = probe.shape as [number, number, number];
  return tidy(() => {
    const rows = reshape(probe, [1, modes, N * N]);
    const gram = kernels.parts(kernels.matMul(rows, rows, { adjoint: true })).dataSync<'float32'>();
    const rotation = hermitianEigenvectors(gram, modes);
    const matrix = kernels.fromParts(tensor(rotation, [1, modes, modes, 2]));
    return reshape(kernels.matMul(matrix, rows), [modes, N, N]);
  });
}

/** Share of the light that a new mode starts with. */
const NEW_MODE_SHARE = 0.05;

/**
 * A probe with a given number of modes: those of the guess, and where more are wanted, products of the first with low polynomials, weak. Real and
 * imaginary parts in turn, `[modes, N, N]`.
 */
export function withModes(guess: { readonly shape: readonly number[]; readonly data: Float32Array }, modes: number): Float32Array {
  const N = guess.shape.at(-1) as number;
  const area = 2 * N * N;
  const given = guess.data.length / area;
  const result = new Float32Array(modes * area);
  result.set(guess.data.subarray(0, Math.min(given, modes) * area));
  for (let m = given; m < modes; m++) {
    const degree = Math.floor((m - given) / 2) + 1;
    const mode = result.subarray(m * area, (m + 1) * area);
    for (let i = 0; i < N * N; i++) {
      const at = ((m - given) % 2 === 0 ? i % N : Math.floor(i / N)) - N / 2;
      const factor = (at / (N / 4)) ** degree;
      mode[2 * i] = factor * (guess.data[2 * i] as number);
      mode[2 * i + 1] = factor * (guess.data[2 * i + 1] as number);
    }
    const scale = Math.sqrt((NEW_MODE_SHARE * energy(guess.data.subarray(0, area))) / energy(mode));
    for (let i = 0; i < area; i++) mode[i] = scale * (mode[i] as number);
  }
  return result;
}

const energy = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
