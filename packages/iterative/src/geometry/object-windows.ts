import { matMul, ones, pad, reshape, slice, type Tensor, tensor1d, tensor2d, tidy, tile } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import type { Placements } from './placements.js';

/** Size of the object array. */
export interface ObjectSize {
  readonly height: number;
  /** A multiple of 16. */
  readonly width: number;
}

/** Squares of an object array at whole places: cutting them out, and the adjoint, summing them in. */
export interface ObjectWindows {
  /** Squares `[B, N, N]` of a complex object `[H, W]`; exact copies. */
  crop(object: Tensor): Tensor;
  /** Sum `[H, W]` of complex squares `[B, N, N]` at their places. */
  insert(squares: Tensor): Tensor;
  /** Lets the tensors go. */
  dispose(): void;
}

/** What the squares of one batch look like. */
export interface ObjectWindowsOptions extends ObjectSize {
  readonly side: number;
}

/**
 * Rows of `block` neighbouring pixels are moved as one: gathered for a cut, resized by nearest neighbours at whole pixels for a sum, both exact. A
 * square whose first column is no multiple of the block is cut from a copy of the object moved by the rest. One tiling makes all `block` copies: an
 * image without its last pixel, repeated and read as rows of a whole image, starts one pixel later in each row. The sum goes the same way
 * backwards. The last pixel lies in the free block of the canvas.
 */
export function objectWindows(kernels: ComplexKernels, places: Placements, options: ObjectWindowsOptions): ObjectWindows {
  const { side, height, width } = options;
  const count = places.rows.length;
  const area = height * width;
  const block = blockFor({ side, area, crops: count * side * side });
  const [rows, boxes, boxImage, sumSize, everyCopy] = tidy(() => [
    tensor1d(blockRows(places, { ...options, block }), 'int32'),
    tensor2d(blockBoxes(places, { ...options, block }), [count, 4]),
    tensor1d(
      places.columns.map((column) => column % block),
      'int32',
    ),
    tensor1d([block, height, width / block, 2 * block], 'int32'),
    ones([1, block]),
  ]) as [Tensor, Tensor, Tensor, Tensor, Tensor];
  return {
    crop: (object) =>
      tidy(() => {
        const parts = reshape(kernels.parts(object), [2 * area]);
        const copies = block === 1 ? parts : slice(tile(slice(parts, [0], [2 * (area - 1)]), [block + 1]), [0], [2 * block * area]);
        const crops = kernels.gatherRows(reshape(copies, [area, 2 * block]), rows);
        return kernels.fromParts(reshape(crops, [count, side, side, 2]));
      }),
    insert: (squares) =>
      tidy(() => {
        const crops = reshape(kernels.parts(squares), [count, side, side / block, 2 * block]);
        const sums = reshape(kernels.insertNearest(crops, boxes, boxImage, sumSize), [2 * block * area]);
        if (block === 1) return kernels.fromParts(reshape(sums, [height, width, 2]));
        const moved = reshape(slice(sums, [0], [2 * block * (area - 1)]), [block, 2 * (area - 1)]);
        // A matrix product of ones: twice as fast as a sum over the first axis.
        const total = reshape(matMul(everyCopy, moved), [2 * (area - 1)]);
        return kernels.fromParts(reshape(pad(total, [[0, 2]]), [height, width, 2]));
      }),
    dispose: () => {
      for (const each of [rows, boxes, boxImage, sumSize, everyCopy]) each.dispose();
    },
  };
}

/** The copies of the object must stay small beside the crops. */
function blockFor({ side, area, crops }: { readonly side: number; readonly area: number; readonly crops: number }): number {
  return [16, 8, 4].find((block) => side % block === 0 && block * area <= 2 * crops) ?? 1;
}

/** Blocks of all rows of all squares, as rows of the stacked copies of the object. */
function blockRows({ rows, columns }: Placements, options: ObjectWindowsOptions & { readonly block: number }): Int32Array {
  const { side, height, width, block } = options;
  const [across, perRow] = [width / block, side / block];
  const result = new Int32Array(rows.length * side * perRow);
  let at = 0;
  for (let k = 0; k < rows.length; k++) {
    const column = columns[k] as number;
    const first = ((column % block) * height + (rows[k] as number)) * across + Math.floor(column / block);
    for (let row = 0; row < side; row++) {
      for (let b = 0; b < perRow; b++) result[at++] = first + row * across + b;
    }
  }
  return result;
}

/** Normalised boxes whose samples fall on whole pixels. */
function blockBoxes({ rows, columns }: Placements, options: ObjectWindowsOptions & { readonly block: number }): Float32Array {
  const { side, height, width, block } = options;
  const boxes = new Float32Array(4 * rows.length);
  const across = Math.max(1, width / block - 1);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    const column = Math.floor((columns[k] as number) / block);
    boxes.set([row / (height - 1), column / across, (row + side - 1) / (height - 1), (column + side / block - 1) / across], 4 * k);
  }
  return boxes;
}
