import { keep, matMul, ones, pad, reshape, slice, type Tensor, tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import { complexValues } from '../kernels/tensor-values.js';
import type { Placements } from './placements.js';

/** Size of the object array. */
export interface ObjectSize {
  readonly height: number;
  /** A multiple of 16. */
  readonly width: number;
}

/** Squares of an object array at whole places: cutting them out, and the adjoint, summing them in. */
export interface ObjectWindows {
  /** Squares `[B, N, N]` of a complex object `[H, W]`, or of its pairs of real and imaginary part; exact copies. */
  crop(object: Tensor | Float32Array): Tensor;
  /** Sum `[H, W]` of complex squares `[B, N, N]` at their places. */
  insert(squares: Tensor): Tensor;
  /** Lets the tensors go. */
  dispose(): void;
}

/** What the squares of one batch look like. */
export interface ObjectWindowsOptions extends ObjectSize {
  readonly side: number;
  /** Memory to cut squares into, for callers that make windows again and again: two cuts live at a time. Taken anew without it. */
  readonly memory?: SquareMemory | undefined;
}

/** Memory for two cuts of 2 B N^2 numbers. */
export type SquareMemory = readonly [Float32Array, Float32Array];

/**
 * Squares are cut outside the engine, row by row: it has no operation for that, and gathering the rows from shifted copies of the object takes
 * longer than copying memory. They are summed on the engine: rows of `block` neighbouring pixels are moved as one, resized by nearest neighbours at
 * whole pixels, which is exact. A square whose first column is no multiple of the block goes to a copy of the object moved by the rest; an image
 * without its last pixel, repeated and read as rows of a whole image, starts one pixel later in each row, so that the copies lie in one array. The
 * last pixel lies in the free block of the canvas.
 */
export function objectWindows(kernels: ComplexKernels, places: Placements, options: ObjectWindowsOptions): ObjectWindows {
  const { side, height, width } = options;
  const count = places.rows.length;
  const area = height * width;
  const block = blockFor({ side, area, crops: count * side * side });
  const [boxes, boxImage, sumSize, everyCopy] = tidy(() => [
    tensor2d(blockBoxes(places, { ...options, block }), [count, 4]),
    tensor1d(
      places.columns.map((column) => column % block),
      'int32',
    ),
    tensor1d([block, height, width / block, 2 * block], 'int32'),
    ones([1, block]),
  ]).map((each) => keep(each)) as [Tensor, Tensor, Tensor, Tensor];
  let cuts = 0;
  return {
    crop: (object) => {
      const values = object instanceof Float32Array ? object : complexValues(kernels, object);
      const squares = copySquares(values, places, { ...options, target: options.memory?.[cuts++ % 2] });
      return tidy(() => kernels.fromParts(tensor(squares, [count, side, side, 2], 'float32')));
    },
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
      for (const each of [boxes, boxImage, sumSize, everyCopy]) each.dispose();
    },
  };
}

function copySquares(
  object: Float32Array,
  { rows, columns }: Placements,
  { side, width, target }: ObjectWindowsOptions & { readonly target: Float32Array | undefined },
): Float32Array {
  const length = 2 * side;
  const size = rows.length * side * length;
  const squares = target === undefined ? new Float32Array(size) : target.subarray(0, size);
  let at = 0;
  for (let k = 0; k < rows.length; k++) {
    let from = 2 * ((rows[k] as number) * width + (columns[k] as number));
    for (let row = 0; row < side; row++, from += 2 * width, at += length) squares.set(object.subarray(from, from + length), at);
  }
  return squares;
}

/** The copies of the object must stay small beside the crops. */
function blockFor({ side, area, crops }: { readonly side: number; readonly area: number; readonly crops: number }): number {
  return [16, 8, 4].find((block) => side % block === 0 && block * area <= 2 * crops) ?? 1;
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
