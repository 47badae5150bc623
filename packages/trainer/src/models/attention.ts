import * as tf from '@tensorflow/tfjs-core';
import { convLayer } from '../ops/conv-layer.js';
import { convSpecs, type ParameterSpec } from './parameters.js';
import type { Weights } from './weights.js';

const REDUCTION = 16;

/** Parameters of a convolutional block attention module (Woo et al., ECCV 2018). */
export function attentionSpecs(name: string, channels: number): ParameterSpec[] {
  const hidden = Math.max(1, Math.floor(channels / REDUCTION));
  const dense = (layer: string, fanIn: number, fanOut: number): ParameterSpec[] => [
    { name: `${name}/${layer}/kernel`, shape: [fanIn, fanOut], initialiser: { kind: 'he', fanIn, fanOut } },
    { name: `${name}/${layer}/bias`, shape: [fanOut], initialiser: { kind: 'constant', value: 0 } },
  ];
  return [
    ...dense('squeeze', channels, hidden),
    ...dense('excite', hidden, channels),
    ...convSpecs(`${name}/spatial`, { size: 7, in: 2, out: 1 }, { kind: 'glorot', bias: null }),
  ];
}

/** Channel gate, then spatial gate; `x` and result `[batch, h, w, c]`. */
export function attentionGate(x: tf.Tensor4D, weights: Weights, name: string): tf.Tensor4D {
  const dense = (input: tf.Tensor, layer: string): tf.Tensor =>
    tf.add(tf.matMul(input as tf.Tensor2D, weights.get(`${name}/${layer}/kernel`) as tf.Tensor2D), weights.get(`${name}/${layer}/bias`));
  const shared = (pooled: tf.Tensor): tf.Tensor => dense(tf.relu(dense(pooled, 'squeeze')), 'excite'); // [b, c]
  const channelGate = tf.sigmoid(tf.add(shared(tf.mean(x, [1, 2])), shared(tf.max(x, [1, 2]))));
  const gated = tf.mul(x, tf.reshape(channelGate, [x.shape[0], 1, 1, x.shape[3]]));
  const descriptor = tf.concat([tf.max(gated, 3, true), tf.mean(gated, 3, true)], 3) as tf.Tensor4D; // [b, h, w, 2]
  const spatial = convLayer(descriptor, weights.conv(`${name}/spatial`), { fused: weights.fused });
  return tf.mul(gated, tf.sigmoid(spatial));
}
