// One call for everything

// Registration
export { type Alignment, type AlignmentReport, type AlignOptions, align } from './align/align.js';
export { type ShiftPx, shiftImage } from './align/resample.js';
export { type TwinCheck, twinOf } from './align/twin.js';
// Published tables of the PtychoPINN family
export { type FamilyOptions, type FamilyScore, familyScore } from './family/family-score.js';
// Single metrics
export { type FrcCurve, type FrcOptions, frc } from './frc.js';
export { type FrcCrossing, type FrcThreshold, frcCrossing, frcThresholdAt } from './frc-crossing.js';
export { illuminationOf, type ScanIllumination, scoreRegion } from './illumination.js';
// Images, regions, results
export { amplitudeOf, type ComplexImage, NonFiniteImageError, phaseOf, type RealImage } from './image.js';
export type { ImageScore } from './image-score.js';
export type { Measure } from './measure.js';
export { MS_SSIM_WEIGHTS, msSsim } from './ms-ssim.js';
// Overlap of a scan
export { discOverlap, type OverlapInput, type OverlapMetrics, overlapMetrics } from './overlap.js';
export { mae, mse, psnr, type RegionOption, wrappedPhaseDifference } from './pixel-errors.js';
export { type NeighbourIndex, type NeighbourIndexFactory, pointGrid } from './point-grid.js';
export { type Box, boundingBox, boxRegion, erode, largestBox, pixelsIn, type Region } from './region.js';
export { type Score, type ScoreOptions, score } from './score.js';
export { type SsimOptions, ssim } from './ssim.js';
