import { cropImage } from './crop.js';
import { assertComparable, type RealImage, sizeOf } from './image.js';
import { EMPTY_REGION, type Measure, measured, undefinedBecause } from './measure.js';
import { type RegionOption, rangeOf } from './pixel-errors.js';
import { boxRegion, largestBox, regionFor } from './region.js';
import { gaussianWindow, type SsimMaps, ssimMaps } from './ssim-maps.js';

/** Exponents of the five scales, finest first (Wang, Simoncelli, Bovik 2003); they sum to 1.0001 as published. */
export const MS_SSIM_WEIGHTS: readonly number[] = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/**
 * Multi-scale structural similarity on the largest rectangle in the region: contrast-structure at every scale, luminance at the
 * coarsest, means of 2 x 2 pixels between scales, Gaussian windows of 11 x 11 pixels.
 *
 * An image too small for five scales is judged on fewer, with the weights renormalised, and the note says so.
 *
 * Source: Wang, Simoncelli, Bovik, Asilomar 2003, eq. 7.
 */
export function msSsim(truth: RealImage, image: RealImage, options: RegionOption & { readonly range?: number } = {}): Measure {
  assertComparable(truth, image, 1);
  const box = largestBox(regionFor(truth, options.region));
  if (box === undefined) return undefinedBecause(EMPTY_REGION);
  let a: RealImage = cropImage(truth, { box, partsPerPixel: 1 });
  let b: RealImage = cropImage(image, { box, partsPerPixel: 1 });
  const range = options.range ?? rangeOf(a, boxRegion(a.shape));
  if (!(range > 0)) return undefinedBecause('the truth is constant in the region (data range 0)');
  const scales = scalesThatFit(Math.min(...a.shape));
  if (scales === 0) return undefinedBecause(`the region holds no whole window of 11 pixels (largest rectangle ${box.rows} x ${box.cols})`);
  const weights = MS_SSIM_WEIGHTS.slice(0, scales);
  const total = scales === MS_SSIM_WEIGHTS.length ? 1 : weights.reduce((sum, w) => sum + w, 0);
  const window = gaussianWindow();
  let product = 1;
  for (let scale = 0; scale < scales; scale++) {
    const maps = ssimMaps(a, b, { window, range });
    const term = meanOfTerm(maps, { shape: a.shape, withLuminance: scale === scales - 1 });
    if (term < 0) return undefinedBecause(`the structure is anticorrelated at scale ${scale + 1} (${term.toFixed(4)})`);
    product *= term ** ((weights[scale] as number) / total);
    [a, b] = [halved(a), halved(b)];
  }
  const note = `${scales} of 5 scales, the region being too small for more; weights renormalised`;
  return scales === MS_SSIM_WEIGHTS.length ? measured(product) : measured(product, note);
}

function scalesThatFit(smallest: number): number {
  let scales = 0;
  for (let size = smallest; size >= 11 && scales < MS_SSIM_WEIGHTS.length; size = Math.floor(size / 2)) scales++;
  return scales;
}

function meanOfTerm(maps: SsimMaps, options: { readonly shape: readonly number[]; readonly withLuminance: boolean }): number {
  const [rows, cols] = sizeOf(options);
  const { luminance, contrastStructure, radius } = maps;
  let sum = 0;
  for (let r = radius; r < rows - radius; r++) {
    for (let i = r * cols + radius; i < (r + 1) * cols - radius; i++) {
      sum += (contrastStructure[i] as number) * (options.withLuminance ? (luminance[i] as number) : 1);
    }
  }
  return sum / ((rows - 2 * radius) * (cols - 2 * radius));
}

/** Means of 2 x 2 pixels; an odd last row or column is dropped. */
function halved(image: RealImage): RealImage {
  const [, width] = sizeOf(image);
  const [rows, cols] = image.shape.map((size) => Math.floor(size / 2)) as [number, number];
  const { data: from } = image;
  const data = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const i = 2 * r * width + 2 * c;
      data[r * cols + c] =
        0.25 * ((from[i] as number) + (from[i + 1] as number) + (from[i + width] as number) + (from[i + width + 1] as number));
    }
  }
  return { shape: [rows, cols], data };
}
