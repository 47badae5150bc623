import { type ModelConfig, parseTrainingConfig } from '@ptychokit/config';
import { toPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { buildModel, type ModelDefinition } from '../../packages/trainer/src/models/definition.js';
import { importWeights, type WeightMapping } from '../../packages/trainer/src/models/import-weights.js';
import type { ModelInput, ModelState } from '../../packages/trainer/src/models/pinn.js';
import { Weights } from '../../packages/trainer/src/models/weights.js';
import type { Fixture } from './fixture.js';

/** A fixture of the whole network: model, imported weights, input. */
export interface NetworkFixture {
  readonly read: Fixture['read'];
  readonly names: Fixture['names'];
  readonly model: ModelDefinition;
  readonly state: ModelState;
  readonly input: ModelInput;
  readonly tensors: Readonly<Record<string, tf.Tensor>>;
  dispose(): void;
}

/** Layers of the fixture by the layers of ours. */
export const fixtureMapping: WeightMapping = (parameter) => {
  const conv = { kernel: [2, 3, 1, 0], bias: undefined } as const;
  const dense = { kernel: [1, 0], bias: undefined } as const;
  const [head = '', block = '', ...rest] = parameter.split('/');
  const suffix = parameter.endsWith('/kernel') ? 'weight' : 'bias';
  const part = parameter.endsWith('/kernel') ? 'kernel' : 'bias';
  const source = (layer: string, axes: { readonly kernel: readonly number[]; readonly bias: undefined }) => ({
    key: `param:autoencoder.${layer}.${suffix}`,
    axes: axes[part],
  });
  if (head === 'encoder') {
    const [layer = '', inner = ''] = rest;
    if (layer !== 'attention') return source(`encoder.blocks.${block}.${layer}`, conv);
    if (inner === 'spatial') return source(`encoder.blocks.${block}.attention.SpatialGate.compress`, conv);
    return source(`encoder.blocks.${block}.attention.ChannelGate.mlp.${inner === 'squeeze' ? 1 : 3}`, dense);
  }
  const short = head === 'amplitude' ? 'amp' : 'phase';
  if (block === 'centre') return source(`decoder_${short}.${short}.conv1`, conv);
  if (block !== 'border') return source(`decoder_${short}.blocks.${block}.${rest[0]}`, conv);
  return source(rest[0] === 'out' ? `decoder_${short}.${short}.conv2` : `decoder_${short}.${short}.conv_up_block.${rest[0]}`, conv);
};

/** Loads `model_gs1_nobig.npz` or `model_gs2.npz`. */
export async function openNetworkFixture(
  { path, names, read }: Pick<Fixture, 'path' | 'names' | 'read'>,
  options: { readonly fused?: boolean } = {},
): Promise<NetworkFixture> {
  const images = read('input_images');
  const [batch, channels, N] = images.shape as [number, number, number];
  const probeScale = read('probe_scale').data[0] as number;
  const meanImage = Array.from(images.data).reduce((a, b) => a + b, 0) / images.data.length;
  const probe = { shape: [N, N], data: Float32Array.from(read('probe').data, (value) => value / probeScale) };
  const modelConfig: Partial<ModelConfig> = {
    N: N as 64,
    gridsize: Math.sqrt(channels),
    objectMode: 'merged',
    mergeWeights: 'centre',
    ampActivation: 'silu',
    attention: 'cbam',
  };
  const config = parseTrainingConfig({ trainDataFile: path, model: modelConfig });
  const scales = {
    inputScale: read('rms_scaling_constant').data[0] as number,
    countScale: 1,
    // The fixture divides the mean loss of the batch by the mean of the images.
    meanCounts: (meanImage + 1e-8) / channels,
    probeScale: 1,
  };
  const canvasSize = read('padded_size_M').data[0] as number;
  const model = buildModel(config, { assertBridged: () => undefined }, { scales, probe, canvasSize });
  const { values } = await importWeights(path, model, fixtureMapping);
  const tensors = Object.fromEntries(
    model.specs.map(({ name, shape }) => [name, tf.tensor(values.get(name) as Float32Array, [...shape], 'float32')]),
  );
  const context = { model, probe: toPair(probe) };
  const input = {
    frames: tf.tensor4d(Float32Array.from(images.data), [batch, channels, N, N]),
    offsets: Float32Array.from(read('coords_relative').data, (value) => -value),
  };
  const state = { weights: new Weights(tensors, options), context };
  return {
    read,
    names,
    model,
    state,
    input,
    tensors,
    dispose: () => tf.dispose([tensors, input.frames, context.probe.re, context.probe.im]),
  };
}
