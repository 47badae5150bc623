import type { Tensor } from '@tensorflow/tfjs-core';

/** Side N of images `[..., N, N]`. @throws {RangeError} when they are not square with an even side. */
export function imageSize(images: Tensor): number {
  const [rows, columns] = images.shape.slice(-2);
  if (rows === undefined || rows !== columns || rows % 2 !== 0) {
    throw new RangeError(`expected square images of even size in the last two axes, got shape [${images.shape.join(', ')}]`);
  }
  return rows;
}
