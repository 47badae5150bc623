export { type Canvas, canvasFor } from './canvas.js';
export {
  absSquared,
  addPairs,
  type ComplexPair,
  conjugate,
  disposePair,
  fromPair,
  fromPairSync,
  fromPolar,
  mapPair,
  multiply,
  scalePair,
  toPair,
} from './complex-pair.js';
export { amplitude, exitWaves, type PredictIntensityOptions, predictIntensity } from './forward-model.js';
export { centredProbe, checkerboard, type FarFieldIntensityOptions, farField, farFieldIntensity, inverseFarField } from './fourier.js';
export { gaussianBlur, type RealMap } from './gaussian-blur.js';
export {
  centreWeights,
  type ExchangeOptions,
  exchangePatches,
  extractFromMerged,
  type GroupOffsets,
  type MergeOptions,
  mergePatches,
  type ObjectMode,
  paddedSize,
  probeWeights,
} from './group-exchange.js';
export { illumination } from './illumination.js';
export { type MergedValues, type MergeValuesOptions, mergeValues } from './merge-values.js';
export { type PoissonCountsOptions, poisson, poissonCounts } from './noise.js';
export { type LettersOptions, lettersMap } from './objects/letters.js';
export { type LinesOptions, linesMap } from './objects/lines.js';
export { type ObjectFromMapsOptions, objectFromMaps, phaseFromAmplitude, stretchMap } from './objects/object-from-maps.js';
export { type RandomFieldOptions, randomFieldMap } from './objects/random-field.js';
export { type SiemensOptions, siemensMap } from './objects/siemens.js';
export { extractPatches, type InsertOptions, insertPatches, type PatchPositions } from './patches.js';
export {
  type DefocusedProbeOptions,
  type DiskProbeOptions,
  defocusedProbe,
  diskProbe,
  type GaussianProbeOptions,
  gaussianProbe,
  type NormalisedProbe,
  normaliseProbe,
  probeDiameterPx,
} from './probe.js';
export {
  addResidualSums,
  type RelativeResidual,
  type RelativeResidualOptions,
  type ResidualSums,
  relativeResidual,
  residualOf,
  residualSums,
} from './relative-residual.js';
export {
  fermatScan,
  givenScan,
  type JitteredRasterOptions,
  jitteredRasterScan,
  type RasterOptions,
  rasterScan,
  type ScanArea,
  type ScanPositions,
  scanArea,
} from './scan.js';
export { type FrameBatch, type FrameRange, type SimulatedScan, type SimulateScanOptions, simulateScan } from './simulate.js';
export { addToStitch, emptyStitch, type PatchValues, type StitchPlaces } from './stitch.js';
export {
  applyShift,
  type Displacement,
  type ShiftMatrices,
  shiftMatrices,
  type TranslateOptions,
  translate,
  translatePair,
} from './translate.js';
export { energy_eV, type FarFieldGeometry, metresToPixels, objectPixel_m, pixelsToMetres, wavelength_m } from './units.js';
