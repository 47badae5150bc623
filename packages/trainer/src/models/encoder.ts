import type { ModelConfig } from '@ptychokit/config';
import * as tf from '@tensorflow/tfjs-core';
import { convLayer } from '../ops/conv-layer.js';
import { attentionGate, attentionSpecs } from './attention.js';
import { ladderFor } from './ladder.js';
import { convSpecs, type ParameterSpec } from './parameters.js';
import type { Weights } from './weights.js';

/** Parameters of the encoder: two 3x3 convolutions per block, optionally attention. */
export function encoderSpecs(config: ModelConfig): ParameterSpec[] {
  const channels = [config.gridsize ** 2, ...ladderFor(config).encoder];
  return channels.slice(1).flatMap((out, block) => {
    const name = `encoder/${block}`;
    return [
      ...convSpecs(`${name}/conv1`, { size: 3, in: channels[block] as number, out }, { kind: 'he' }),
      ...convSpecs(`${name}/conv2`, { size: 3, in: out, out }, { kind: 'he' }),
      ...(config.attention === 'cbam' ? attentionSpecs(`${name}/attention`, out) : []),
    ];
  });
}

/**
 * Standardised diffraction to features.
 *
 * @param x `[batch, N, N, C]`
 * @returns `[batch, 8, 8, 128 n]`
 */
export function encode(x: tf.Tensor4D, weights: Weights, config: ModelConfig): tf.Tensor4D {
  const { fused } = weights;
  return ladderFor(config).encoder.reduce((input, _, block) => {
    const name = `encoder/${block}`;
    const h = convLayer(input, weights.conv(`${name}/conv1`), { activation: 'relu', inputGradient: block > 0, fused }); // [b, s, s, out]
    const last = weights.conv(`${name}/conv2`);
    if (config.attention === 'none') return convLayer(h, last, { activation: 'relu', pool: true, fused }); // [b, s/2, s/2, out]
    const features = convLayer(h, last, { activation: 'relu', fused });
    return tf.maxPool(attentionGate(features, weights, `${name}/attention`), 2, 2, 'valid');
  }, x);
}
