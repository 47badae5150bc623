import type { ComplexPair } from '@ptychokit/physics';
import type * as tf from '@tensorflow/tfjs-core';

/** What a model makes of a batch, for a loss of one's own. Tensors belong to the step; a loss keeps none. */
export interface BatchPrediction {
  /** Predicted amplitudes `[batch, C, N, N]`, in the units of `measured`. */
  readonly predicted: tf.Tensor;
  /** Measured amplitudes `[batch, C, N, N]`, scaled so that a frame's mean power is that of the network's input. */
  readonly measured: tf.Tensor;
  /** Object patches `[batch, C, N, N]` that were illuminated. */
  readonly patches: ComplexPair;
}

/**
 * A loss on diffraction in place of the Poisson and mean absolute ones: the loss of each sample, `[batch]`, built of operations of
 * `@tensorflow/tfjs-core` that have gradients. What the configuration weighs in real space is added to it.
 *
 * It is no part of the configuration: who resumes a run gives the same loss again.
 */
export type CustomLoss = (prediction: BatchPrediction) => tf.Tensor1D;
