import type { ModelConfig } from '@ptychokit/config';
import type * as tf from '@tensorflow/tfjs-core';
import { decode, decoderSpecs } from './decoder.js';
import { encode, encoderSpecs } from './encoder.js';
import type { ParameterSpec } from './parameters.js';
import type { Weights } from './weights.js';

/** Object patches as the network gives them, `[batch, N, N, patches]` each. */
export interface NetworkOutput {
  readonly features: tf.Tensor4D;
  readonly amplitude: tf.Tensor4D;
  /** Radians. */
  readonly phase: tf.Tensor4D;
}

/** Parameters of the network: one encoder, one decoder for the amplitude and one for the phase, no skip connections. */
export const networkSpecs = (config: ModelConfig): ParameterSpec[] => [
  ...encoderSpecs(config),
  ...decoderSpecs('amplitude', config),
  ...decoderSpecs('phase', config),
];

/**
 * Diffraction to object patches (Hoidn et al., Sci. Rep. 13, 22789, 2023).
 *
 * @param x standardised amplitude `[batch, N, N, C]`
 */
export function applyNetwork(x: tf.Tensor4D, weights: Weights, config: ModelConfig): NetworkOutput {
  const features = encode(x, weights, config);
  const amplitude = decode('amplitude', features, weights, config);
  const phase = decode('phase', features, weights, config);
  return { features, amplitude, phase };
}
