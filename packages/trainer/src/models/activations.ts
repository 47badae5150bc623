import type { ModelConfig } from '@ptychokit/config';
import * as tf from '@tensorflow/tfjs-core';
import type { DecoderKind } from './decoder.js';

/** x sigmoid(x). */
export const silu = (x: tf.Tensor4D): tf.Tensor4D => tf.mul(x, tf.sigmoid(x));

type Activation = (z: tf.Tensor4D) => tf.Tensor4D;

/** Activation of the central square: amplitude as configured, phase pi tanh(z). */
export function centreActivation(kind: DecoderKind, config: ModelConfig): Activation {
  if (kind === 'phase') return (z) => tf.mul(tf.tanh(z), Math.PI);
  switch (config.ampActivation) {
    case 'scaled_sigmoid':
      return (z) => tf.mul(tf.sigmoid(z), config.ampMax);
    case 'sigmoid':
      return (z) => tf.sigmoid(z);
    case 'silu':
      return silu;
    case 'softplus':
      return (z) => tf.softplus(z);
  }
}

/** z with silu(z) = 1. */
const SILU_OF_ONE = 1.278464542761074;

/** Biases with which the network starts as an object of amplitude 1 and phase 0 (a plain sigmoid cannot reach 1 and starts at 1/2). */
export function centreBias(kind: DecoderKind, config: ModelConfig): { readonly centre: number; readonly border: number } {
  if (kind === 'phase') return { centre: 0, border: 0 };
  const centre = {
    scaled_sigmoid: -Math.log(config.ampMax - 1),
    sigmoid: 0,
    silu: SILU_OF_ONE,
    softplus: Math.log(Math.E - 1),
  }[config.ampActivation];
  return { centre, border: SILU_OF_ONE };
}
