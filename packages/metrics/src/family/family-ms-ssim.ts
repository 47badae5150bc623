import { type RealImage, sizeOf } from '../image.js';
import { MS_SSIM_WEIGHTS } from '../ms-ssim.js';
import { rangeOf } from '../pixel-errors.js';
import { boxRegion } from '../region.js';
import { ssim } from '../ssim.js';

/**
 * Multi-scale SSIM as the PtychoPINN family computes it: full SSIM with equal 7 x 7 weights at every scale, every second pixel without
 * a mean, the larger range of the two images for all scales, no scale below 7 pixels, negative values replaced by 1e-4.
 */
export function familyMsSsim(truth: RealImage, image: RealImage): number {
  const whole = boxRegion(truth.shape);
  const range = Math.max(rangeOf(truth, whole), rangeOf(image, whole));
  let [a, b] = [truth, image];
  let product = 1;
  for (const weight of MS_SSIM_WEIGHTS) {
    if (Math.min(...a.shape) < 7) break;
    product *= Math.max(ssim(a, b, { window: 'uniform7', range }).value ?? Number.NaN, 1e-4) ** weight;
    [a, b] = [everySecond(a), everySecond(b)];
  }
  return product;
}

function everySecond(image: RealImage): RealImage {
  const [, width] = sizeOf(image);
  const [rows, cols] = image.shape.map((size) => Math.ceil(size / 2)) as [number, number];
  const data = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) data[r * cols + c] = image.data[2 * r * width + 2 * c] as number;
  return { shape: [rows, cols], data };
}
