import type { StudyDesign, StudyView } from '@ptychokit/config';
import { groupFrames, type RawData } from '@ptychokit/memmap-bridge';
import { type OverlapMetrics, overlapMetrics } from '@ptychokit/metrics';
import { probeDiameterPx } from '@ptychokit/physics';

/** Diameter of the illumination and where it comes from. */
export interface MeasuredDiameter {
  readonly px: number;
  readonly source: 'given' | 'fwhm' | 'fallback';
}

/** What the measurement needs of a design. */
export type MeasuringDesign = Pick<StudyDesign, 'neighborCount' | 'seeds' | 'probeDiameterPx' | 'probeDiameterFallback'>;

/** The diameter of the design, else that of the probe at half its maximum, else a fraction of the frame where that cannot be measured. */
export function diameterOf(raw: Pick<RawData, 'probeGuess' | 'frameSize'>, design: MeasuringDesign): MeasuredDiameter {
  if (design.probeDiameterPx !== null) return { px: design.probeDiameterPx, source: 'given' };
  const measured = probeDiameterPx(raw.probeGuess);
  // A region as large as the frame is no spot: the probe has no width to speak of.
  if (measured > 0 && measured < raw.frameSize) return { px: measured, source: 'fwhm' };
  return { px: design.probeDiameterFallback * raw.frameSize, source: 'fallback' };
}

/** The three metrics of the images of a view, grouped as training will group them. @throws GroupingError the groups do not exist */
export function measureOverlap(
  raw: RawData,
  view: StudyView,
  design: MeasuringDesign,
): OverlapMetrics & { readonly diameter: MeasuredDiameter } {
  const { neighborCount, seeds } = design;
  const grouped = groupFrames(raw, {
    gridsize: view.gridsize,
    groupLayout: view.groupLayout,
    neighborCount,
    nGroups: view.nGroups,
    nSubsample: null,
    subsampleSeed: seeds.subsampling,
    sequentialSampling: false,
    seed: seeds.grouping,
  });
  const diameter = diameterOf(raw, design);
  const { xcoords, ycoords } = raw;
  const { members, channels } = grouped;
  return { ...overlapMetrics({ xcoords, ycoords, members, channels, neighborCount, probeDiameterPx: diameter.px }), diameter };
}
