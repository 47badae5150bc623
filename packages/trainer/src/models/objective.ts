import { absSquared, amplitude, type ComplexPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { maeLoss, poissonLoss, RATE_FLOOR, totalVariation, wrappedPhaseLoss } from '../losses.js';
import { lossWeights } from './loss-weights.js';
import { illuminatedPatches, type ModelInput, type ModelState, networkPatches, predictStandardisedIntensity } from './pinn.js';

/** A batch with, where the loss needs them, the true patches `[batch, C, N, N]` (real and imaginary part). */
export interface ObjectiveInput extends ModelInput {
  readonly truth?: ComplexPair | undefined;
}

/** Loss of each sample, `[batch]`: what training minimises the mean of. */
export function sampleLosses(input: ObjectiveInput, state: ModelState): tf.Tensor1D {
  const { config } = state.context.model;
  const network = networkPatches(input.frames, state.weights, state.context);
  const patches = illuminatedPatches(network, input.offsets, state);
  if (config.model.modelType === 'supervised') return patchLoss(patches, truthOf(input));
  const terms: tf.Tensor1D[] = [...diffractionTerms(patches, input, state)];
  if (config.realspaceWeight > 0) terms.push(tf.mul(totalVariation([patches.re, patches.im]), config.realspaceWeight));
  if (config.realspaceMaeWeight > 0) terms.push(tf.mul(patchLoss(patches, truthOf(input)), config.realspaceMaeWeight));
  return terms.length === 1 ? (terms[0] as tf.Tensor1D) : (tf.addN(terms) as tf.Tensor1D);
}

/** True when the loss compares with true patches. */
export const needsTruth = ({ model, realspaceMaeWeight }: ModelState['context']['model']['config']): boolean =>
  model.modelType === 'supervised' || realspaceMaeWeight > 0;

function diffractionTerms(patches: ComplexPair, { frames }: ObjectiveInput, state: ModelState): tf.Tensor1D[] {
  const { config, scales } = state.context.model;
  const { inputScale, countScale, meanCounts } = scales;
  const intensity = predictStandardisedIntensity(patches, state);
  const { loss } = state.context;
  if (loss !== undefined) return [loss({ predicted: amplitude(intensity), measured: tf.mul(frames, inputScale), patches })];
  const { nll, mae } = lossWeights(config, meanCounts);
  const terms: tf.Tensor1D[] = [];
  if (nll > 0) {
    const rate = tf.add(tf.mul(intensity, (countScale / inputScale) ** 2), RATE_FLOOR);
    const counts = tf.square(tf.mul(frames, countScale));
    terms.push(tf.mul(poissonLoss(rate, counts), nll / (meanCounts * config.model.gridsize ** 2)));
  }
  if (mae > 0) {
    terms.push(tf.mul(maeLoss(amplitude(intensity), tf.mul(frames, inputScale)), mae));
  }
  return terms;
}

/** Mean absolute difference of the amplitudes plus that of the phases, wrapped. */
function patchLoss(predicted: ComplexPair, truth: ComplexPair): tf.Tensor1D {
  const modulus = (pair: ComplexPair): tf.Tensor => amplitude(absSquared(pair));
  // A merge leaves exact zeros where no patch has weight; the angle of 0 has no derivative.
  const phase = (pair: ComplexPair): tf.Tensor => tf.atan2(pair.im, tf.add(pair.re, 1e-12));
  return tf.add(maeLoss(modulus(predicted), modulus(truth)), wrappedPhaseLoss(phase(predicted), phase(truth)));
}

function truthOf({ truth }: ObjectiveInput): ComplexPair {
  if (truth === undefined) throw new TypeError('expected true patches with the batch, got none');
  return truth;
}
