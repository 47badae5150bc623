import { type ComplexImage, sizeOf } from '../image.js';
import type { Region } from '../region.js';
import { type ShiftPx, shiftImage } from './resample.js';

/** Two images to be laid over each other, and the pixels that count. */
export interface Pair {
  readonly truth: ComplexImage;
  readonly image: ComplexImage;
  readonly region: Region;
}

/** What is done to the image: first the ramp (about the middle of the image), then the shift. */
export interface Motion {
  readonly shift: ShiftPx;
  /** Phase in radians per pixel. */
  readonly ramp: { readonly x: number; readonly y: number };
}

/** No shift and no ramp. */
export const AT_REST: Motion = { shift: { x: 0, y: 0 }, ramp: { x: 0, y: 0 } };

/** The image times exp(i (ramp.x (x - middle) + ramp.y (y - middle))). */
export function withRamp(image: ComplexImage, ramp: Motion['ramp']): ComplexImage {
  if (ramp.x === 0 && ramp.y === 0) return image;
  const [rows, cols] = sizeOf(image);
  const data = new Float64Array(image.data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const angle = ramp.x * (c - (cols - 1) / 2) + ramp.y * (r - (rows - 1) / 2);
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      const i = 2 * (r * cols + c);
      const a = image.data[i] as number;
      const b = image.data[i + 1] as number;
      data[i] = a * cos - b * sin;
      data[i + 1] = a * sin + b * cos;
    }
  }
  return { shape: image.shape, data };
}

/** The image with a motion applied. */
export function moved(image: ComplexImage, motion: Motion): ComplexImage {
  return shiftImage(withRamp(image, motion.ramp), { shift: motion.shift });
}

/** How well `factor * image` matches the truth over the region, for the best complex factor. */
export interface Fit {
  readonly factor: { readonly re: number; readonly im: number };
  /** |<image, truth>| / (|image| |truth|): 1 for a perfect match, 0 when one of them is zero. */
  readonly correlation: number;
}

/** The least-squares complex factor over the region. */
export function fitFactor({ truth, image, region }: Pair, options: { readonly withoutMeans?: boolean } = {}): Fit {
  const [[tRe, tIm], [mRe, mIm]] = options.withoutMeans === true ? [meanOver(truth, region), meanOver(image, region)] : [ZERO, ZERO];
  let [re, im, powerT, powerM] = [0, 0, 0, 0];
  const { mask } = region;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue;
    const a = (truth.data[2 * i] as number) - tRe;
    const b = (truth.data[2 * i + 1] as number) - tIm;
    const c = (image.data[2 * i] as number) - mRe;
    const d = (image.data[2 * i + 1] as number) - mIm;
    re += a * c + b * d;
    im += b * c - a * d;
    powerT += a * a + b * b;
    powerM += c * c + d * d;
  }
  if (powerM === 0 || powerT === 0) return { factor: { re: 0, im: 0 }, correlation: 0 };
  return { factor: { re: re / powerM, im: im / powerM }, correlation: Math.min(1, Math.hypot(re, im) / Math.sqrt(powerT * powerM)) };
}

const ZERO = [0, 0] as const;

/** Mean over a region: real and imaginary part. */
export function meanOver({ data }: ComplexImage, { mask }: Region): readonly [number, number] {
  let [re, im, count] = [0, 0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue;
    re += data[2 * i] as number;
    im += data[2 * i + 1] as number;
    count++;
  }
  return [re / Math.max(1, count), im / Math.max(1, count)];
}
