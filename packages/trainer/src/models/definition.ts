import { type ComplexArray, type LegacyParams, Random, type TrainingConfig } from '@ptychokit/config';
import type { Scales } from '../scales.js';
import { networkSpecs } from './network.js';
import { initialParameters, type ParameterSpec } from './parameters.js';

/** Everything that defines a model but the values of its parameters. */
export interface ModelDefinition {
  readonly config: TrainingConfig;
  readonly scales: Scales;
  /** Normalised probe, `[N, N]` or `[modes, N, N]`. */
  readonly probe: ComplexArray;
  /** Side of the canvas that the patches of a group are exchanged on, in pixels (M). */
  readonly canvasSize: number;
  readonly specs: readonly ParameterSpec[];
}

/** Names of the parameters that are not the network's. */
export const PROBE_RE = 'probe/re';
export const PROBE_IM = 'probe/im';
export const LOG_INTENSITY_SCALE = 'log_intensity_scale';

/** What {@link buildModel} is given besides the configuration. */
export interface ModelInputs {
  readonly scales: Scales;
  readonly probe: ComplexArray;
  readonly canvasSize: number;
}

/**
 * The model of a configuration.
 *
 * @throws ConfigOrderError `params` were not bridged from `config` (CONFIG-001)
 * @throws RangeError a frame size that the network has no ladder for
 */
export function buildModel(config: TrainingConfig, params: Pick<LegacyParams, 'assertBridged'>, inputs: ModelInputs): ModelDefinition {
  params.assertBridged(config, 'building the model');
  return { config, ...inputs, specs: [...networkSpecs(config.model), ...physicsSpecs(config, inputs)] };
}

/** Starting values of the parameters of a model, from the seed of its configuration. */
export const startingValues = (model: ModelDefinition): Map<string, Float32Array> =>
  initialParameters(model.specs, new Random(model.config.seed, 'model'));

function physicsSpecs({ model }: TrainingConfig, { probe }: ModelInputs): ParameterSpec[] {
  const part = (name: string, which: 0 | 1): ParameterSpec => ({
    name,
    shape: probe.shape,
    initialiser: { kind: 'values', values: probe.data.filter((_, i) => i % 2 === which) },
  });
  return [
    ...(model.probeTrainable ? [part(PROBE_RE, 0), part(PROBE_IM, 1)] : []),
    ...(model.intensityScaleTrainable
      ? [{ name: LOG_INTENSITY_SCALE, shape: [], initialiser: { kind: 'constant', value: 0 } } satisfies ParameterSpec]
      : []),
  ];
}
