import type { ComplexImage } from '../image.js';
import { type CoarseOptions, coarseMotion } from './coarse.js';
import { fitFactor, type Motion, moved, type Pair } from './pair.js';

/** Correlations with the truth, means removed, of an image and of its twin (conjugate, turned by 180 degrees). */
export interface TwinCheck {
  readonly direct: number;
  readonly mirrored: number;
  /** True when the twin matches clearly better: the reconstruction has probably converged to it. */
  readonly suspected: boolean;
}

// Both correlations carry the noise of the data; a smaller advantage says nothing.
const CLEAR_ADVANTAGE = 0.1;

/** Compares the image, moved as given, with its twin, which is registered to about a tenth of a pixel. */
export function twinCheck(pair: Pair, options: CoarseOptions & { readonly direct: Motion }): TwinCheck {
  const image = twinOf(pair.image);
  const direct = correlation(pair, moved(pair.image, options.direct));
  const mirrored = correlation(pair, moved(image, coarseMotion({ ...pair, image }, options)));
  return { direct, mirrored, suspected: mirrored > direct + CLEAR_ADVANTAGE };
}

const correlation = (pair: Pair, image: ComplexImage): number => fitFactor({ ...pair, image }, { withoutMeans: true }).correlation;

/** The complex conjugate, turned by 180 degrees. */
export function twinOf({ shape, data }: ComplexImage): ComplexImage {
  const twin = new Float64Array(data.length);
  const last = data.length / 2 - 1;
  for (let i = 0; i <= last; i++) {
    twin[2 * i] = data[2 * (last - i)] as number;
    twin[2 * i + 1] = -(data[2 * (last - i) + 1] as number);
  }
  return { shape, data: twin };
}
