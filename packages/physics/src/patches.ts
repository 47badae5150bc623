import { matMul, stack, type Tensor, tidy, unstack } from '@tensorflow/tfjs-core';
import type { ComplexPair } from './complex-pair.js';
import { type CropPlaces, cropSquares, insertSquares } from './crops.js';
import { applyShift, type ShiftMatrices, shiftMatrices } from './translate.js';

/** Where B patches of side N lie on an image: pixel (N/2, N/2) of each on (x, y), in pixels of the image, which may hang over its edge. */
export interface PatchPositions {
  /** Columns, B numbers. */
  readonly x: ArrayLike<number>;
  /** Rows, B numbers. */
  readonly y: ArrayLike<number>;
}

/**
 * Patches `[B, size, size]` of an object `[H, W]`, bilinear, zeros outside: patch[r, c] = O[y - size/2 + r, x - size/2 + c].
 *
 * At whole pixels the patches are exact copies. Differentiable in the object; the adjoint is {@link insertPatches}.
 *
 * @throws {RangeError} when x and y differ in number or the size is odd.
 */
export function extractPatches(object: ComplexPair, options: PatchPositions & { readonly size: number }): ComplexPair {
  return tidy(() => {
    const [re, im] = samplePatches([object.re, object.im], placePatches(options)) as [Tensor, Tensor];
    return { re, im };
  });
}

/** Options of {@link insertPatches}. */
export interface InsertOptions extends PatchPositions {
  /** Rows of the image. */
  readonly height: number;
  /** Columns of the image. */
  readonly width: number;
}

/** Adjoint of {@link extractPatches}: the sum `[height, width]` of patches `[B, N, N]` at their positions, bilinear. */
export function insertPatches(patches: ComplexPair, options: InsertOptions): ComplexPair {
  const size = patches.re.shape[1] as number;
  return tidy(() => {
    const sums = addPatches([patches.re, patches.im], placePatches({ x: options.x, y: options.y, size }), options);
    const [re, im] = unstack(sums, 2) as [Tensor, Tensor];
    return { re, im };
  });
}

/** Positions split into whole pixels, squares one pixel larger than the patches, and the sub-pixel rest as matrices `[B, N, N + 1]`. */
export interface PlacedPatches {
  readonly places: CropPlaces;
  readonly rest: ShiftMatrices;
}

/** Splits positions of patches of one even size; the matrices are tensors of the caller's scope. */
export function placePatches({ x, y, size }: PatchPositions & { readonly size: number }): PlacedPatches {
  if (size % 2 !== 0) throw new RangeError(`expected an even patch size, got ${size}`);
  if (x.length !== y.length) throw new RangeError(`expected as many x as y, got ${x.length} and ${y.length}`);
  const split = (positions: ArrayLike<number>): { whole: Int32Array; shift: Float64Array } => {
    const whole = new Int32Array(positions.length);
    const shift = new Float64Array(positions.length);
    for (let k = 0; k < positions.length; k++) {
      const position = positions[k] as number;
      if (!Number.isFinite(position)) throw new RangeError(`expected finite positions, got ${position} at ${k}`);
      whole[k] = Math.floor(position) - size / 2;
      // Row r of the patch lies between rows r and r + 1 of the square, whose centre is half a pixel further.
      shift[k] = 0.5 - (position - Math.floor(position));
    }
    return { whole, shift };
  };
  const [columns, rows] = [split(x), split(y)];
  const rest = shiftMatrices({ dx: columns.shift, dy: rows.shift }, { from: size + 1, to: size });
  return { places: { rows: rows.whole, columns: columns.whole, side: size + 1 }, rest };
}

/** Patches `[B, N, N]` of every image `[H, W]`. */
export function samplePatches(images: readonly Tensor[], { places, rest }: PlacedPatches): Tensor[] {
  const squares = unstack(cropSquares(stack([...images], 2), places), 3);
  return squares.map((square) => applyShift(square, rest));
}

/** Adjoint of {@link samplePatches}: sums `[height, width, C]` of C sets of patches `[B, N, N]`. */
export function addPatches(
  sets: readonly Tensor[],
  { places, rest }: PlacedPatches,
  size: { readonly height: number; readonly width: number },
): Tensor {
  const squares = sets.map((patches) => {
    const rows = matMul(rest.y, patches, true, false); // [B, N + 1, N]
    return matMul(rows, rest.x);
  });
  return insertSquares(stack(squares, 3), places, size);
}
