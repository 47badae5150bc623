import { amplitudeOf, type ComplexImage, phaseOf, type RealImage } from './image.js';
import { type ImageScore, noScore, scoreImage } from './image-score.js';
import { rangeOf, wrappedPhaseDifference } from './pixel-errors.js';
import { pixelsIn, type Region } from './region.js';

/** Below this fraction of the largest amplitude a pixel has no phase to speak of. */
const DARK = 1e-6;

/** Below this range (radians) the phase of the truth is constant up to single precision. */
const CONSTANT_PHASE = 1e-5;

/**
 * Metrics of the phase: the truth's own phase, turned so that its mean lies far from the cut at pi, against the same plus the wrapped
 * difference. Pixels where one of the images is dark are left out.
 */
export function scorePhase(truth: ComplexImage, image: ComplexImage, region: Region): ImageScore {
  const lit = litRegion(truth, image, region);
  if (pixelsIn(lit) === 0) return noScore('one of the images is zero in the region, so that it has no phase');
  const reference = turnedPhase(truth, lit);
  if (rangeOf(reference, lit) < CONSTANT_PHASE) return noScore('truth has no phase contrast');
  const difference = wrappedPhaseDifference(truth, image);
  const data = reference.data.map((phase, i) => phase + (difference.data[i] as number));
  return scoreImage(reference, { shape: truth.shape, data }, lit);
}

function litRegion(truth: ComplexImage, image: ComplexImage, region: Region): Region {
  const amplitudes = [amplitudeOf(truth).data, amplitudeOf(image).data] as const;
  const mask = region.mask.slice();
  for (const amplitude of amplitudes) {
    let largest = 0;
    for (let i = 0; i < mask.length; i++) if (region.mask[i] === 1) largest = Math.max(largest, amplitude[i] as number);
    for (let i = 0; i < mask.length; i++) if (!((amplitude[i] as number) > DARK * largest)) mask[i] = 0;
  }
  return { shape: region.shape, mask };
}

/** Phase relative to that of the mean over the region, in (-pi, pi]. */
function turnedPhase({ shape, data }: ComplexImage, { mask }: Region): RealImage {
  let [re, im] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue;
    re += data[2 * i] as number;
    im += data[2 * i + 1] as number;
  }
  const mean = { shape, data: new Float64Array(data.length).map((_, i) => (i % 2 === 0 ? re : im)) };
  return re === 0 && im === 0 ? phaseOf({ shape, data }) : wrappedPhaseDifference(mean, { shape, data });
}
