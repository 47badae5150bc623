import { type AlignmentReport, type AlignOptions, align } from './align/align.js';
import { type FrcCurve, frc } from './frc.js';
import { type FrcCrossing, frcCrossing } from './frc-crossing.js';
import { amplitudeOf, assertComparable, type ComplexImage } from './image.js';
import { type ImageScore, noScore, scoreImage } from './image-score.js';
import { EMPTY_REGION } from './measure.js';
import { scorePhase } from './phase-score.js';
import { pixelsIn, type Region, regionFor } from './region.js';

/** Everything that is said about one reconstruction. */
export interface Score {
  readonly regionPixels: number;
  /** Null for an empty region. */
  readonly alignment: AlignmentReport | null;
  readonly amplitude: ImageScore;
  readonly phase: ImageScore;
  readonly frc: {
    readonly at0p5: FrcCrossing;
    readonly at1over7: FrcCrossing;
    readonly halfBit: FrcCrossing;
    readonly curve: FrcCurve;
  };
}

/** How to score a reconstruction. */
export interface ScoreOptions extends Omit<AlignOptions, 'region'> {
  /** The pixels all methods of one comparison share; see `scoreRegion`. */
  readonly region: Region;
}

/**
 * Aligns a reconstruction with the truth and computes every metric over one region.
 *
 * Ring correlation uses a Hann window on the largest rectangle in the region, since a cut-out is not periodic.
 *
 * @param truth complex, shape `[rows, cols]`
 * @param reconstruction the same shape
 * @throws NonFiniteImageError when either holds NaN or infinity; RangeError for different shapes
 */
export function score(truth: ComplexImage, reconstruction: ComplexImage, options: ScoreOptions): Score {
  assertComparable(truth, reconstruction, 2);
  const region = regionFor(truth, options.region);
  const regionPixels = pixelsIn(region);
  const frcOptions = { region, window: 'hann' } as const;
  if (regionPixels === 0) {
    const curve = frc(truth, reconstruction, frcOptions);
    return { regionPixels, alignment: null, amplitude: noScore(EMPTY_REGION), phase: noScore(EMPTY_REGION), frc: crossingsOf(curve) };
  }
  const { image, ...alignment } = align(truth, reconstruction, options);
  return {
    regionPixels,
    alignment,
    amplitude: scoreImage(amplitudeOf(truth), amplitudeOf(image), region),
    phase: scorePhase(truth, image, region),
    frc: crossingsOf(frc(truth, image, frcOptions)),
  };
}

function crossingsOf(curve: FrcCurve): Score['frc'] {
  return { at0p5: frcCrossing(curve, 0.5), at1over7: frcCrossing(curve, 1 / 7), halfBit: frcCrossing(curve, 'half-bit'), curve };
}
