import '@tensorflow/tfjs-node';
import { type ComplexArray, type ModelConfig, parseModelConfig, Random } from '@ptychokit/config';
import { toPair } from '@ptychokit/physics';
import { buildModel, type ModelDefinition, type TrainedModel } from '@ptychokit/trainer';
import { tensor } from '@tensorflow/tfjs-core';
import { startingValues } from '../../packages/trainer/src/models/definition.js';
import { networkSpecs } from '../../packages/trainer/src/models/network.js';
import { initialParameters, type ParameterSpec } from '../../packages/trainer/src/models/parameters.js';
import type { ModelState } from '../../packages/trainer/src/models/pinn.js';
import { Weights } from '../../packages/trainer/src/models/weights.js';
import { bridged, tinyConfig } from '../support/tiny-config.js';

export const modelConfig = (fields: Partial<ModelConfig> = {}): ModelConfig => parseModelConfig(fields);

/** Names and shapes of the parameters of the network, without physics. */
export const specsOf = (fields: Partial<ModelConfig> = {}): readonly ParameterSpec[] => networkSpecs(modelConfig(fields));

/** A probe of constant modulus with power (N/2)^2. */
export function flatProbe(N: number, modes = 1): ComplexArray {
  const data = new Float32Array(2 * modes * N * N);
  for (let i = 0; i < data.length; i += 2) data[i] = 0.5 / Math.sqrt(modes);
  return { shape: modes === 1 ? [N, N] : [modes, N, N], data };
}

export interface TinyModelOptions {
  /** Fields of the training configuration; may be dotted. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly probe?: ComplexArray;
  readonly canvasSize?: number;
  readonly scales?: Partial<ModelDefinition['scales']>;
}

/** A model of 64 pixels whose scales are 1 unless given. */
export function tinyModel({ config = {}, probe, canvasSize = 64, scales }: TinyModelOptions = {}): ModelDefinition {
  const full = tinyConfig(config);
  return buildModel(full, bridged(full), {
    scales: { inputScale: 1, countScale: 1, meanCounts: 1, probeScale: 1, ...scales },
    probe: probe ?? flatProbe(full.model.N),
    canvasSize,
  });
}

/** A model with its starting values, or with those given for some parameters. */
export function tinyTrainedModel(
  options: TinyModelOptions & { readonly values?: (name: string) => number | undefined } = {},
): TrainedModel {
  const model = tinyModel(options);
  const values = startingValues(model);
  for (const [name, array] of values) {
    const value = options.values?.(name);
    if (value !== undefined) array.fill(value);
  }
  return { ...model, values };
}

/** Values without randomness: biases as they start, the probe as given, kernels zero. Fast. */
export const withoutKernels = (model: ModelDefinition): ReadonlyMap<string, Float32Array> =>
  initialParameters(
    model.specs.map((spec) => ({ ...spec, initialiser: 'fanIn' in spec.initialiser ? { kind: 'constant', value: 0 } : spec.initialiser })),
    new Random(0),
  );

/** Parameters of a model on the engine. */
export function stateOf(
  model: ModelDefinition,
  options: { readonly fused?: boolean; readonly values?: ReadonlyMap<string, Float32Array> } = {},
): ModelState {
  const values = options.values ?? startingValues(model);
  const tensors = Object.fromEntries(model.specs.map(({ name, shape }) => [name, tensor(values.get(name) as Float32Array, [...shape])]));
  return { weights: new Weights(tensors, { fused: options.fused }), context: { model, probe: toPair(model.probe) } };
}
