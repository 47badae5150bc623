import type { DerivedFlatKey, FlatKey, FlatParams } from './flat-params.js';
import type { ModelConfig } from './model-config.js';
import type { TrainingConfig } from './training-config.js';

/** The typed fields that may enter the flat dictionary; execution settings are not among them (CONFIG-002). */
export type BridgedFields = ModelConfig & Omit<TrainingConfig, 'model'>;

/** A flat key of the same type, a flat key with a conversion, or null for a field that the dictionary does not know. */
type FlatEntry<V> =
  | null
  | { [K in FlatKey]: V extends FlatParams[K] ? K : never }[FlatKey]
  | { [K in FlatKey]: { readonly key: K; readonly convert: (value: V) => FlatParams[K] } }[FlatKey];

/** The complete mapping: one entry for every bridged field, none for anything else. */
export type FlatTable = { readonly [K in keyof BridgedFields]: FlatEntry<BridgedFields[K]> };

/** Where each field goes. A field without an entry, an entry of the wrong type and an execution setting do not compile. */
export const FLAT_KEYS = {
  N: 'N',
  gridsize: 'gridsize',
  groupLayout: null,
  nFiltersScale: 'n_filters_scale',
  modelType: 'model_type',
  objectMode: { key: 'object.big', convert: (mode: ModelConfig['objectMode']) => mode === 'merged' },
  mergeWeights: null,
  ampActivation: 'amp_activation',
  ampMax: null,
  inputCentring: null,
  attention: null,
  probeBig: 'probe.big',
  probeMask: 'probe.mask',
  padObject: 'pad_object',
  probeScale: 'probe_scale',
  gaussianSmoothingSigma: 'gaussian_smoothing_sigma',
  probeTrainable: 'probe.trainable',
  intensityScaleTrainable: 'intensity_scale.trainable',
  trainDataFile: 'train_data_file_path',
  testDataFile: 'test_data_file_path',
  outputDir: 'output_prefix',
  batchSize: 'batch_size',
  nepochs: 'nepochs',
  maeWeight: 'mae_weight',
  nllWeight: 'nll_weight',
  realspaceMaeWeight: 'realspace_mae_weight',
  realspaceWeight: 'realspace_weight',
  nphotons: 'nphotons',
  nGroups: 'n_groups',
  nSubsample: 'n_subsample',
  subsampleSeed: 'subsample_seed',
  neighborCount: 'neighbor_count',
  positionsProvided: 'positions.provided',
  sequentialSampling: 'sequential_sampling',
  seed: null,
  validationFraction: null,
  learningRate: null,
  schedule: null,
  warmupEpochs: null,
  gradientClip: null,
  accumulateGradBatches: null,
  earlyStopPatience: null,
  debug: 'debug',
} as const satisfies FlatTable;

type KeyOfEntry<E> = E extends string ? E : E extends { readonly key: infer K } ? K : never;
type Filled = KeyOfEntry<(typeof FLAT_KEYS)[keyof typeof FLAT_KEYS]> | DerivedFlatKey;

/** Does not compile while a flat key is filled by nothing. */
export const EVERY_FLAT_KEY_IS_FILLED: [Exclude<FlatKey, Filled>] extends [never] ? true : Exclude<FlatKey, Filled> = true;

/** The flat key of a field of the model or training configuration; null when it has none. */
export function flatKeyOf(name: string): FlatKey | null {
  const entry = Object.hasOwn(FLAT_KEYS, name) ? FLAT_KEYS[name as keyof BridgedFields] : null;
  return entry === null || typeof entry === 'string' ? entry : entry.key;
}

/** The flat dictionary of a configuration (CONFIG-001): one direction, nothing is ever read back. */
export function toFlatParams(config: TrainingConfig): FlatParams {
  const { model, ...training } = config;
  const fields: BridgedFields = { ...model, ...training };
  const flat: Record<string, unknown> = { n_images: config.nGroups, model_path: null, intensity_scale: null };
  for (const name of Object.keys(FLAT_KEYS) as (keyof BridgedFields)[]) {
    const entry: FlatKey | { readonly key: FlatKey; readonly convert: (value: never) => unknown } | null = FLAT_KEYS[name];
    if (typeof entry === 'string') flat[entry] = fields[name];
    else if (entry !== null) flat[entry.key] = entry.convert(fields[name] as never);
  }
  return flat as unknown as FlatParams;
}
