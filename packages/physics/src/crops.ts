import {
  image,
  pad,
  reshape,
  scatterND,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { customOperation } from './custom-operation.js';
import { nativeKernels } from './native.js';

/** Squares of `side` pixels whose first pixels lie at the given whole rows and columns, which may be outside the image. */
export interface CropPlaces {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly side: number;
}

/** Squares `[B, side, side, C]` of an image `[H, W, C]`, zeros outside; exact copies. Differentiable. */
export function cropSquares(whole: Tensor, places: CropPlaces): Tensor4D {
  const [height = 0, width = 0] = whole.shape;
  const crops = customOperation([whole], () => ({
    value: crop(whole as Tensor3D, places),
    saved: [],
    gradient: (dy) => [insert(dy as Tensor4D, places, { height, width })],
  }));
  return crops as Tensor4D;
}

/** Adjoint of {@link cropSquares}: the sum of squares `[B, side, side, C]` at their places, `[height, width, C]`; what falls outside is lost. */
export function insertSquares(crops: Tensor, places: CropPlaces, size: { readonly height: number; readonly width: number }): Tensor3D {
  const sum = customOperation([crops], () => ({
    value: insert(crops as Tensor4D, places, size),
    saved: [],
    gradient: (dy) => [crop(dy as Tensor3D, places)],
  }));
  return sum as Tensor3D;
}

/**
 * Nearest-neighbour resampling at whole pixels is an exact crop, many times faster than a gather with an index per pixel. The border of
 * one zero pixel keeps the rounding of its normalised boxes away from the first and last row, where it would drop them.
 */
function crop(whole: Tensor3D, places: CropPlaces): Tensor4D {
  const [height, width, channels] = whole.shape;
  return tidy(() => {
    const bordered = reshape(pad(whole, [[1, 1], [1, 1], [0, 0]]), [1, height + 2, width + 2, channels]) as Tensor4D; // biome-ignore format: one line
    const boxes = boxesOf(places, { height, width });
    return image.cropAndResize(bordered, boxes, zeros([places.rows.length], 'int32'), [places.side, places.side], 'nearest');
  });
}

function insert(crops: Tensor4D, places: CropPlaces, { height, width }: { readonly height: number; readonly width: number }): Tensor3D {
  const channels = crops.shape[3];
  const kernels = nativeKernels();
  return tidy(() => {
    if (kernels === undefined) return scatter(crops, places, { height, width });
    const size = tensor1d([1, height + 2, width + 2, channels], 'int32');
    const summed = kernels.insertCrops(crops, boxesOf(places, { height, width }), zeros([places.rows.length], 'int32'), size);
    return reshape(slice(summed, [0, 1, 1, 0], [1, height, width, channels]), [height, width, channels]);
  });
}

/** Corners of the squares in the bordered image, where 0 and 1 are the centres of the first and last pixel. */
function boxesOf({ rows, columns, side }: CropPlaces, { height, width }: { readonly height: number; readonly width: number }): Tensor2D {
  const boxes = new Float32Array(4 * rows.length);
  for (let k = 0; k < rows.length; k++) {
    const row = (rows[k] as number) + 1;
    const column = (columns[k] as number) + 1;
    boxes.set([row / (height + 1), column / (width + 1), (row + side - 1) / (height + 1), (column + side - 1) / (width + 1)], 4 * k);
  }
  return tensor2d(boxes, [rows.length, 4]);
}

/** One more row at the end collects what falls outside. */
function scatter(crops: Tensor4D, places: CropPlaces, { height, width }: { readonly height: number; readonly width: number }): Tensor3D {
  const { rows, columns, side } = places;
  const indices = new Int32Array(rows.length * side * side);
  let at = 0;
  for (let k = 0; k < rows.length; k++) {
    for (let r = 0; r < side; r++) {
      const row = (rows[k] as number) + r;
      for (let c = 0; c < side; c++) {
        const column = (columns[k] as number) + c;
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        indices[at++] = inside ? row * width + column : height * width;
      }
    }
  }
  const channels = crops.shape[3];
  const updates = reshape(crops, [indices.length, channels]);
  const flat = scatterND(tensor2d(indices, [indices.length, 1], 'int32'), updates, [height * width + 1, channels]);
  return reshape(slice(flat, [0, 0], [height * width, channels]), [height, width, channels]);
}
