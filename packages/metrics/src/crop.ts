import { type RealImage, sizeOf } from './image.js';
import type { Box, Region } from './region.js';

/** The part of an image inside a box, copied; `partsPerPixel` is 2 for complex images. */
export function cropImage(
  image: RealImage,
  options: { readonly box: Box; readonly partsPerPixel: 1 | 2 },
): { readonly shape: readonly number[]; readonly data: Float64Array } {
  const { box, partsPerPixel: parts } = options;
  const [, cols] = sizeOf(image);
  const data = new Float64Array(box.rows * box.cols * parts);
  for (let r = 0; r < box.rows; r++) {
    const from = ((box.top + r) * cols + box.left) * parts;
    data.set(image.data.subarray(from, from + box.cols * parts), r * box.cols * parts);
  }
  return { shape: [box.rows, box.cols], data };
}

/** The part of a region inside a box. */
export function cropRegion(region: Region, box: Box): Region {
  const [, cols] = sizeOf(region);
  const mask = new Uint8Array(box.rows * box.cols);
  for (let r = 0; r < box.rows; r++) {
    const from = (box.top + r) * cols + box.left;
    mask.set(region.mask.subarray(from, from + box.cols), r * box.cols);
  }
  return { shape: [box.rows, box.cols], mask };
}
