import { assertComparable, type ComplexImage, type RealImage } from './image.js';
import { EMPTY_REGION, type Measure, measured, undefinedBecause } from './measure.js';
import { pixelsIn, type Region, regionFor } from './region.js';

/** Which pixels count. */
export interface RegionOption {
  /** The whole image by default. */
  readonly region?: Region | undefined;
}

/** Mean absolute error over the region. */
export function mae(truth: RealImage, image: RealImage, options: RegionOption = {}): Measure {
  return meanOver(truth, image, { ...options, power: 1 });
}

/** Mean squared error over the region. */
export function mse(truth: RealImage, image: RealImage, options: RegionOption = {}): Measure {
  return meanOver(truth, image, { ...options, power: 2 });
}

/**
 * Peak signal-to-noise ratio 10 log10(peak^2 / MSE), in decibel.
 *
 * @param options.peak `"range"` (maximum - minimum of the truth in the region) or a number; values with different peaks cannot be
 *   compared: 255 gives 48.13 dB more than 1
 */
export function psnr(truth: RealImage, image: RealImage, options: RegionOption & { readonly peak: 'range' | number }): Measure {
  const error = mse(truth, image, options);
  if (error.value === null) return error;
  if (error.value === 0) return undefinedBecause('the images are identical (MSE 0)');
  const peak = options.peak === 'range' ? rangeOf(truth, regionFor(truth, options.region)) : options.peak;
  if (!(peak > 0)) return undefinedBecause('the truth is constant in the region (peak 0)');
  return measured(10 * Math.log10(peak ** 2 / error.value));
}

/** Maximum minus minimum over a region; 0 for an empty one. */
export function rangeOf({ data }: RealImage, { mask }: Region): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue;
    low = Math.min(low, data[i] as number);
    high = Math.max(high, data[i] as number);
  }
  return high >= low ? high - low : 0;
}

/** Phase of `image` minus phase of `truth` in radians, wrapped into (-pi, pi]. */
export function wrappedPhaseDifference(truth: ComplexImage, image: ComplexImage): RealImage {
  const [t, m] = [truth.data, image.data];
  const data = new Float64Array(t.length / 2);
  for (let i = 0; i < t.length; i += 2) {
    const a = t[i] as number;
    const b = t[i + 1] as number;
    const c = m[i] as number;
    const d = m[i + 1] as number;
    data[i / 2] = Math.atan2(a * d - b * c, a * c + b * d);
  }
  return { shape: truth.shape, data };
}

function meanOver(truth: RealImage, image: RealImage, options: RegionOption & { readonly power: 1 | 2 }): Measure {
  assertComparable(truth, image, 1);
  const region = regionFor(truth, options.region);
  const count = pixelsIn(region);
  if (count === 0) return undefinedBecause(EMPTY_REGION);
  let sum = 0;
  for (let i = 0; i < region.mask.length; i++) {
    if (region.mask[i] !== 1) continue;
    const difference = Math.abs((image.data[i] as number) - (truth.data[i] as number));
    sum += options.power === 1 ? difference : difference * difference;
  }
  return measured(sum / count);
}
