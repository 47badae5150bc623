import { type RealImage, sizeOf } from '../image.js';

/** `factor * image + offset`. */
export function scaled({ shape, data }: RealImage, options: { readonly factor: number; readonly offset: number }): RealImage {
  const result = Float64Array.from(data);
  for (let i = 0; i < result.length; i++) result[i] = options.factor * (result[i] as number) + options.offset;
  return { shape, data: result };
}

/** Both images, the second scaled to the mean of the first. */
export function meanScaled(truth: RealImage, image: RealImage): readonly [RealImage, RealImage] {
  return [truth, scaled(image, { factor: meanOf(truth) / meanOf(image), offset: 0 })];
}

/** The image minus its mean. */
export function withoutMean(image: RealImage): RealImage {
  return scaled(image, { factor: 1, offset: -meanOf(image) });
}

/** The image minus the plane that fits it best (least squares). */
export function withoutPlane(image: RealImage): RealImage {
  const [rows, cols] = sizeOf(image);
  const mean = meanOf(image);
  const [midX, midY] = [(cols - 1) / 2, (rows - 1) / 2];
  // On a full rectangle the centred coordinates are orthogonal, so that both slopes are plain quotients.
  let [alongX, alongY] = [0, 0];
  for (let i = 0; i < image.data.length; i++) {
    alongX += ((i % cols) - midX) * (image.data[i] as number);
    alongY += (Math.floor(i / cols) - midY) * (image.data[i] as number);
  }
  const slopeX = cols > 1 ? (12 * alongX) / (rows * cols * (cols * cols - 1)) : 0;
  const slopeY = rows > 1 ? (12 * alongY) / (rows * cols * (rows * rows - 1)) : 0;
  const data = Float64Array.from(image.data);
  for (let i = 0; i < data.length; i++) {
    data[i] = (data[i] as number) - mean - slopeX * ((i % cols) - midX) - slopeY * (Math.floor(i / cols) - midY);
  }
  return { shape: image.shape, data };
}

function meanOf({ data }: RealImage): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] as number;
  return sum / data.length;
}
