import { cropImage, cropRegion } from '../crop.js';
import { assertComparable, type ComplexImage, sizeOf } from '../image.js';
import { type Box, boundingBox, type Region, regionFor } from '../region.js';
import { coarseMotion } from './coarse.js';
import { AT_REST, fitFactor, type Motion, moved, type Pair } from './pair.js';
import { refineMotion } from './refine.js';
import { type TwinCheck, twinCheck } from './twin.js';

/** How to lay a reconstruction over the truth. */
export interface AlignOptions {
  /** The pixels that are matched; the whole image by default. */
  readonly region?: Region | undefined;
  /** What may be changed besides the complex factor; both by default. */
  readonly fit?: { readonly shift?: boolean; readonly ramp?: boolean };
  /** Largest shift that is looked for; a quarter of the region's shorter side by default. */
  readonly maxShiftPx?: number;
}

/** What was done to an image to lay it over the truth. */
export interface AlignmentReport {
  /** Content was moved by +x columns and +y rows. */
  readonly shiftPx: { readonly x: number; readonly y: number };
  /** Phase ramp that was added, in radians per pixel. */
  readonly rampRadPerPx: { readonly x: number; readonly y: number };
  /** Complex factor that was multiplied on. */
  readonly factor: { readonly re: number; readonly im: number };
  /** |<image, truth>| / (|image| |truth|) over the region, 1 for a perfect match. */
  readonly correlation: number;
  /** Whether the twin (conjugate, turned by 180 degrees) matches better; null when the truth has no contrast to tell. */
  readonly twin: TwinCheck | null;
  /** Why less was fitted than asked for. */
  readonly note: string | null;
}

/** An aligned image, same shape as the truth, with the report of how it came about. */
export interface Alignment extends AlignmentReport {
  readonly image: ComplexImage & { readonly data: Float64Array };
}

// Room for the taps of the interpolation beyond the largest shift.
const TAPS = 11;

/**
 * Lays an image over the truth: everything ptychography cannot know (sub-pixel shift, linear phase ramp, one complex factor) is fitted
 * jointly by least squares over the region, starting from cross-correlation peaks refined by matrix transforms.
 *
 * The twin image is detected and reported, never applied.
 *
 * @param truth complex, shape `[rows, cols]`
 * @param image the same shape
 * @throws RangeError for different shapes or an empty region; NonFiniteImageError
 */
export function align(truth: ComplexImage, image: ComplexImage, options: AlignOptions = {}): Alignment {
  assertComparable(truth, image, 2);
  const region = regionFor(truth, options.region);
  const box = boundingBox(region);
  if (box === undefined) throw new RangeError('expected a region with pixels to align over, got an empty one');
  const maxShiftPx = options.maxShiftPx ?? Math.floor(Math.min(box.rows, box.cols) / 4);
  const pair = croppedPair({ truth, image, region }, expanded(box, { by: Math.ceil(maxShiftPx) + TAPS, shape: truth.shape }));
  const hasContrast = contrastOf(pair) > 1e-10;
  const fitShift = (options.fit?.shift ?? true) && hasContrast;
  const fitRamp = options.fit?.ramp ?? true;
  const search = { maxShiftPx, fitShift, fitRamp };
  const start = fitShift || fitRamp ? coarseMotion(pair, search) : AT_REST;
  const { motion } = refineMotion(pair, { start, fitShift, fitRamp });
  const twin = hasContrast ? twinCheck(pair, { ...search, direct: motion }) : null;
  const note = hasContrast ? null : 'the truth has no contrast in the region, so that no shift can be found';
  return { ...applied({ truth, image, region }, motion), shiftPx: motion.shift, rampRadPerPx: motion.ramp, twin, note };
}

/** The whole image with the motion and its best factor. */
function applied(pair: Pair, motion: Motion): Pick<Alignment, 'image' | 'factor' | 'correlation'> {
  const image = moved(pair.image, motion);
  const { factor, correlation } = fitFactor({ ...pair, image });
  const data = new Float64Array(image.data.length);
  for (let i = 0; i < data.length; i += 2) {
    const a = image.data[i] as number;
    const b = image.data[i + 1] as number;
    data[i] = factor.re * a - factor.im * b;
    data[i + 1] = factor.re * b + factor.im * a;
  }
  return { image: { shape: pair.truth.shape, data }, factor, correlation };
}

/** Power of the truth about its mean, as a fraction of its power. */
function contrastOf(pair: Pair): number {
  const self = { ...pair, image: pair.truth };
  const ones = {
    ...pair,
    image: { shape: pair.truth.shape, data: new Float64Array(pair.truth.data.length).map((_, i) => (i % 2 === 0 ? 1 : 0)) },
  };
  return fitFactor(self).correlation === 0 ? 0 : 1 - fitFactor(ones).correlation ** 2;
}

function croppedPair({ truth, image, region }: Pair, box: Box): Pair {
  const crop = (each: ComplexImage) => cropImage(each, { box, partsPerPixel: 2 });
  return { truth: crop(truth), image: crop(image), region: cropRegion(region, box) };
}

function expanded(box: Box, { by, shape }: { readonly by: number; readonly shape: readonly number[] }): Box {
  const [rows, cols] = sizeOf({ shape });
  const [top, left] = [Math.max(0, box.top - by), Math.max(0, box.left - by)];
  const [bottom, right] = [Math.min(rows, box.top + box.rows + by), Math.min(cols, box.left + box.cols + by)];
  return { top, left, rows: bottom - top, cols: right - left };
}
