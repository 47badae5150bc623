// Bundle
export { loadBundle, parseBundle } from './bundle/load.js';
export { BUNDLE_NAME, type BundleManifest } from './bundle/members.js';
export { portableConfig } from './bundle/portable-config.js';
export { bundleBytes, type WrittenBundle, writeBundle } from './bundle/write.js';
// Engine
export { BackendError, EngineSettingsError } from './engine/backend-error.js';
export { benchmarkEngine, type EngineBenchmark } from './engine/benchmark.js';
export { type DiagnoseOptions, type Diagnosis, diagnose, type Problem } from './engine/doctor.js';
export { type EngineLocation, engineCacheFolder, locateEngine } from './engine/engine-location.js';
export type { EngineOptions } from './engine/engine-settings.js';
export { formatDiagnosis } from './engine/format-diagnosis.js';
export { formatProfile } from './engine/format-profile.js';
export { type Engine, loadEngine } from './engine/load-engine.js';
export { type Profile, Profiler, type Timing } from './engine/profiler.js';
// Errors
export { BundleError, CheckpointError, DivergenceError, ModelDataError } from './errors.js';
// Inference
export { type InferOptions, inferObject, type StitchedObject } from './inference/infer-object.js';
export type { StitchOptions } from './inference/stitch-weights.js';
// Loggers
export { createLogger } from './loggers/create-logger.js';
export type { TrainLogger } from './loggers/logger.js';
// Models
export type { BatchPrediction, CustomLoss } from './models/custom-loss.js';
export { buildModel, type ModelDefinition, type ModelInputs } from './models/definition.js';
export { type ImportedWeight, importWeights, WeightImportError, type WeightMapping, type WeightSource } from './models/import-weights.js';
export { LADDER_SIZES } from './models/ladder.js';
export { BRIGHT_FRAME, type LossWeights, lossWeights } from './models/loss-weights.js';
export type { TrainedModel } from './models/trained-model.js';
// Services
export { registerTrainer } from './register.js';
// Scales
export { measureScales, type Scales } from './scales.js';
export { BUNDLE_WRITER, type BundleWriter, TRAINER } from './tokens.js';
export { engineTrainer, type Trainer, type TrainerOutcome } from './trainer.js';
// Training
export type { TrainRequest } from './training/prepare.js';
export { type TrainOutcome, train } from './training/train.js';
export type { EndReason, EpochRecord, TrainEvent } from './training/train-event.js';
export { type TrainCallbacks, trainWith } from './training/train-with.js';
