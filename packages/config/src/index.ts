// Configurations

// Digests, files, errors
export { canonicalJson, configDigest } from './canonical-json.js';
// Shared ground of the other packages
export { type Clock, systemClock } from './clock.js';
export { closestName } from './closest-name.js';
export { type ComplexArray, complexAbs, complexPhase, complexZeros } from './complex-array.js';
export { ConfigFileError } from './config-file.js';
export { configText } from './config-text.js';
export { type DeepReadonly, deepFreeze } from './deep-readonly.js';
export { describeFields, type FieldDescription, toJsonSchema } from './describe-fields.js';
export { ConfigError, ConfigOrderError, formatIssues, type Issue, isPtychoError, PtychoError, type PtychoErrorDetails } from './errors.js';
export { type ExecutionConfig, executionConfigSchema } from './execution-config.js';
// Flat dictionary
export type { FlatKey, FlatParams } from './flat-params.js';
export { type InferenceConfig, inferenceConfigSchema } from './inference-config.js';
export { LegacyParams } from './legacy-params.js';
export {
  type LoadOptions,
  loadExecutionConfig,
  loadInferenceConfig,
  loadSolveConfig,
  loadStudyDesign,
  loadTrainingConfig,
} from './load-config.js';
export { type ModelConfig, modelConfigSchema } from './model-config.js';
export { newContainer } from './new-container.js';
export {
  type ParseOptions,
  parseExecutionConfig,
  parseInferenceConfig,
  parseModelConfig,
  parseSolveConfig,
  parseStudyDesign,
  parseTrainingConfig,
} from './parse-config.js';
export { Random, type RandomState } from './random.js';
export { registerConfig } from './register.js';
export { type SolveConfig, solveConfigSchema } from './solve-config.js';
export { type StudyDesign, type StudyView, studyDesignSchema } from './study-design.js';
export { token } from './token.js';
export { CLOCK, LEGACY_PARAMS } from './tokens.js';
export { type TrainingConfig, trainingConfigSchema } from './training-config.js';
