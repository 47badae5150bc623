import { matMul, Tensor, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { type ComplexPair, mapPair } from './complex-pair.js';
import { type ShiftSize, shiftMatrixOfNumbers, shiftMatrixOfTensor } from './shift-matrix.js';

/** Displacements of K images in pixels, content moving by +dx columns and +dy rows. */
export interface Displacement {
  /** `[K]`. Plain numbers are constants and cheap; a tensor lets gradients reach the displacement. */
  readonly dx: ArrayLike<number> | Tensor;
  /** `[K]`, of the same kind as `dx`. */
  readonly dy: ArrayLike<number> | Tensor;
}

/** Options of {@link translate}. */
export interface TranslateOptions extends Displacement {
  /** Side of the result, centred on the centre of the input: larger pads with zeros, smaller crops. Default: as the input. */
  readonly size?: number;
}

/**
 * Moves images `[K, M, M]` by sub-pixel displacements, bilinear, zeros outside: out[r, c] = img at (r - dy, c - dx), `[K, size, size]`.
 *
 * Separable: Ay img Ax^T with two-diagonal matrices. Zero displacement is exactly the identity, and the adjoint is the displacement by
 * (-dx, -dy) with input and output size exchanged. Differentiable in the images, and in displacements given as tensors; at whole pixels,
 * where the bilinear interpolant has a kink, that derivative is the central difference.
 *
 * @throws {RangeError} when the sizes differ by an odd number or the displacements do not number K.
 */
export function translate(images: Tensor, options: TranslateOptions): Tensor3D {
  const { from, to } = sizes(images, options);
  return tidy(() => applyShift(images, shiftMatrices(options, { from, to })));
}

/** {@link translate} of both parts of a pair `[K, M, M]` with one set of matrices. */
export function translatePair(images: ComplexPair, options: TranslateOptions): ComplexPair {
  const { from, to } = sizes(images.re, options);
  return tidy(() => {
    const matrices = shiftMatrices(options, { from, to });
    return mapPair(images, (part) => applyShift(part, matrices));
  });
}

/** Two-diagonal matrices of K displacements, each `[K, to, from]`. */
export interface ShiftMatrices {
  readonly y: Tensor3D;
  readonly x: Tensor3D;
}

/** Matrices of displacements from images of one size to images of another with the same centre; the caller disposes. */
export function shiftMatrices(displacement: Displacement, size: ShiftSize): ShiftMatrices {
  return { y: shiftMatrix(displacement.dy, size), x: shiftMatrix(displacement.dx, size) };
}

/** Ay img Ax^T for images `[K, from, from]`. */
export function applyShift(images: Tensor, matrices: ShiftMatrices): Tensor3D {
  return tidy(() => matMul(matMul(matrices.y, images), matrices.x, false, true) as Tensor3D);
}

function sizes(images: Tensor, options: TranslateOptions): ShiftSize {
  const [count, rows, columns] = images.shape;
  if (images.rank !== 3 || rows !== columns) throw new RangeError(`expected images of shape [K, M, M], got [${images.shape.join(', ')}]`);
  const to = options.size ?? (rows as number);
  if ((to - (rows as number)) % 2 !== 0) throw new RangeError(`expected sizes that differ by an even number, got ${rows} and ${to}`);
  for (const given of [options.dx, options.dy]) {
    const length = given instanceof Tensor ? given.size : given.length;
    if (length !== count) throw new RangeError(`expected ${count} displacements, got ${length}`);
  }
  return { from: rows as number, to };
}

function shiftMatrix(shift: ArrayLike<number> | Tensor, size: ShiftSize): Tensor3D {
  return shift instanceof Tensor ? shiftMatrixOfTensor(shift, size) : shiftMatrixOfNumbers(shift, size);
}
