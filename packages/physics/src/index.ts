export { type AccumulateOptions, accumulatePatches, type Canvas, canvasFor } from './canvas.js';
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
export { extractPatches, type InsertOptions, insertPatches, type PatchPositions } from './patches.js';
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
  applyShift,
  type Displacement,
  type ShiftMatrices,
  shiftMatrices,
  type TranslateOptions,
  translate,
  translatePair,
} from './translate.js';
