import { concat, matMul, reshape, split, type Tensor, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { ComplexPair } from './complex-pair.js';

/**
 * The centred orthonormal transform of `[..., N, N]` as two products with the matrix W[k, r] = exp(-2 pi i (k - N/2) r / N) / sqrt(N),
 * for backends without a two-dimensional FFT; `direction` 1 is the transform, -1 its inverse. Differentiable operation by operation.
 */
export function multiplyDft(wave: ComplexPair, direction: 1 | -1): ComplexPair {
  const shape = wave.re.shape;
  const N = shape[shape.length - 1] as number;
  const images = wave.re.size / (N * N);
  return tidy(() => {
    // Real and imaginary part side by side make each complex product one real product with a matrix of twice the size.
    const [re, im] = [reshape(wave.re, [images * N, N]), reshape(wave.im, [images * N, N])];
    const rows = reshape(matMul(concat([re, im], 1), complexMatrix(N, direction, 'right')), [images, N, 2 * N]);
    const stacked = concat(split(rows, 2, 2), 1); // [images, 2 N, N]
    const field = matMul(complexMatrix(N, direction, 'left'), stacked);
    const [fieldRe, fieldIm] = split(field, 2, 1) as [Tensor, Tensor];
    return { re: reshape(fieldRe, shape), im: reshape(fieldIm, shape) };
  });
}

/** Real form `[2N, 2N]` of the product with W: `left` acts on (re over im), `right` on (re beside im) with the transpose of W. */
function complexMatrix(N: number, direction: 1 | -1, side: 'left' | 'right'): Tensor2D {
  const width = 2 * N;
  const matrix = new Float32Array(width * width);
  for (let k = 0; k < N; k++) {
    for (let r = 0; r < N; r++) {
      // The inverse has the indices of W exchanged and the sign turned.
      const turns = direction === 1 ? ((k - N / 2) * r) % N : ((r - N / 2) * k) % N;
      const angle = (-2 * Math.PI * direction * turns) / N;
      const cosine = Math.cos(angle) / Math.sqrt(N);
      const sine = Math.sin(angle) / Math.sqrt(N);
      const [row, column] = side === 'left' ? [k, r] : [r, k];
      const lower = side === 'left' ? sine : -sine;
      matrix[row * width + column] = cosine;
      matrix[(row + N) * width + column + N] = cosine;
      matrix[(row + N) * width + column] = lower;
      matrix[row * width + column + N] = -lower;
    }
  }
  return tensor2d(matrix, [width, width]);
}
