import type { RealImage } from './image.js';
import { type Measure, undefinedBecause } from './measure.js';
import { msSsim } from './ms-ssim.js';
import { mae, mse, psnr } from './pixel-errors.js';
import type { Region } from './region.js';
import { ssim } from './ssim.js';

/** Errors and similarities of one real image (amplitude or phase); each is a number or null with the reason. */
export interface ImageScore {
  readonly mae: Measure;
  readonly mse: Measure;
  /** Peak: maximum - minimum of the truth. */
  readonly psnrRange: Measure;
  readonly psnrPeak1: Measure;
  /** For comparison with tables that use peak 255 on data of range 1. */
  readonly psnrPeak255: Measure;
  readonly ssim: Measure;
  readonly msSsim: Measure;
}

/** All metrics of a real image over a region. */
export function scoreImage(truth: RealImage, image: RealImage, region: Region): ImageScore {
  return {
    mae: mae(truth, image, { region }),
    mse: mse(truth, image, { region }),
    psnrRange: psnr(truth, image, { region, peak: 'range' }),
    psnrPeak1: psnr(truth, image, { region, peak: 1 }),
    psnrPeak255: psnr(truth, image, { region, peak: 255 }),
    ssim: ssim(truth, image, { region }),
    msSsim: msSsim(truth, image, { region }),
  };
}

/** The same undefined result for every metric. */
export function noScore(reason: string): ImageScore {
  const none: Measure = undefinedBecause(reason);
  return { mae: none, mse: none, psnrRange: none, psnrPeak1: none, psnrPeak255: none, ssim: none, msSsim: none };
}
