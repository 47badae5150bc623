import { assertComparable, type RealImage } from './image.js';
import { EMPTY_REGION, type Measure, measured, undefinedBecause } from './measure.js';
import { type RegionOption, rangeOf } from './pixel-errors.js';
import { erode, pixelsIn, regionFor } from './region.js';
import { gaussianWindow, ssimMaps, uniformWindow } from './ssim-maps.js';

/** How to measure structural similarity. */
export interface SsimOptions extends RegionOption {
  /** Gaussian of sigma 1.5 on 11 x 11 pixels with population covariance (default), or 7 x 7 equal weights with sample covariance. */
  readonly window?: 'gaussian' | 'uniform7';
  /** Data range; maximum - minimum of the truth in the region by default. */
  readonly range?: number;
}

/**
 * Structural similarity, the mean over the pixels whose whole window lies in the region.
 *
 * Source: Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 13, 600 (2004); K1 = 0.01, K2 = 0.03.
 */
export function ssim(truth: RealImage, image: RealImage, options: SsimOptions = {}): Measure {
  assertComparable(truth, image, 1);
  const region = regionFor(truth, options.region);
  if (pixelsIn(region) === 0) return undefinedBecause(EMPTY_REGION);
  const range = options.range ?? rangeOf(truth, region);
  if (!(range > 0)) return undefinedBecause('the truth is constant in the region (data range 0)');
  const window = options.window === 'uniform7' ? uniformWindow() : gaussianWindow();
  const { luminance, contrastStructure, radius } = ssimMaps(truth, image, { window, range });
  const { mask } = erode(region, radius);
  let [sum, count] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue;
    sum += (luminance[i] as number) * (contrastStructure[i] as number);
    count++;
  }
  if (count === 0) return undefinedBecause(`the region holds no whole window of ${2 * radius + 1} pixels`);
  return measured(sum / count);
}
