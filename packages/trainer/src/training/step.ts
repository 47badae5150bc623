import * as tf from '@tensorflow/tfjs-core';
import type { Profiler } from '../engine/profiler.js';
import { needsTruth, type ObjectiveInput, sampleLosses } from '../models/objective.js';
import type { ParameterTensors } from '../models/parameters.js';
import type { ModelContext } from '../models/pinn.js';
import { Weights } from '../models/weights.js';
import type { Optimiser } from '../optimiser/adam.js';
import type { Batch } from './batches.js';

/** A model, its optimiser, and which kernels to use. */
export interface Learner {
  readonly context: ModelContext;
  readonly optimiser: Optimiser;
  readonly fused?: boolean | undefined;
  readonly profiler?: Profiler | undefined;
}

/** Mean loss of a batch and its gradients by parameter; the caller disposes the gradients. */
export interface LossAndGradients {
  readonly loss: number;
  readonly gradients: ParameterTensors;
}

/** Loss and gradients of one batch. */
export function lossAndGradients(batch: Batch, { context, optimiser, fused, profiler }: Learner): LossAndGradients {
  const names = optimiser.specs.map(({ name }) => name);
  let loss = Number.NaN;
  profiler?.enter('forward');
  const gradients = tf.tidy(() => {
    const input = toInput(batch, context);
    const parameters = optimiser.parameters();
    const objective = (...tensors: tf.Tensor[]): tf.Scalar => {
      const weights = new Weights(Object.fromEntries(names.map((name, i) => [name, tensors[i] as tf.Tensor])), { fused });
      const mean = tf.mean(sampleLosses(input, { weights, context })) as tf.Scalar;
      profiler?.enter('backward');
      return mean;
    };
    const { value, grads } = tf.valueAndGrads(objective)(names.map((name) => parameters[name] as tf.Tensor));
    loss = value.dataSync<'float32'>()[0] as number;
    return Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor]));
  });
  return { loss, gradients };
}

/** Mean loss of a batch, without gradients. */
export function lossOf(batch: Batch, { context, optimiser, fused }: Learner): number {
  return tf.tidy(() => {
    const weights = new Weights(optimiser.parameters(), { fused });
    return tf.mean(sampleLosses(toInput(batch, context), { weights, context })).dataSync<'float32'>()[0] as number;
  });
}

function toInput(batch: Batch, { model }: ModelContext): ObjectiveInput {
  const { N, gridsize } = model.config.model;
  const shape: [number, number, number, number] = [batch.groups.length, gridsize ** 2, N, N];
  const input = { frames: tf.tensor4d(batch.frames, shape), offsets: batch.offsets };
  if (!needsTruth(model.config) || batch.truth === undefined) return input;
  const pairs = tf.tensor(batch.truth, [...shape, 2], 'float32');
  const [re, im] = tf.unstack(pairs, 4) as [tf.Tensor, tf.Tensor];
  return { ...input, truth: { re, im } };
}

/** Sum of two sets of gradients, both consumed. */
export function addGradients(a: ParameterTensors, b: ParameterTensors): ParameterTensors {
  return replaceEach(a, (tensor, name) => tf.add(tensor, b[name] as tf.Tensor), b);
}

/** Gradients times a number, consumed. */
export const scaleGradients = (gradients: ParameterTensors, factor: number): ParameterTensors =>
  factor === 1 ? gradients : replaceEach(gradients, (tensor) => tf.mul(tensor, factor));

/** Gradients whose global norm is at most `limit` (Pascanu, Mikolov and Bengio, ICML 2013), consumed. */
export function clipGradients(gradients: ParameterTensors, limit: number | null): ParameterTensors {
  if (limit === null) return gradients;
  const squares = tf.tidy(
    () => tf.addN(Object.values(gradients).map((tensor) => tf.sum(tf.square(tensor)))).dataSync<'float32'>()[0] as number,
  );
  return scaleGradients(gradients, Math.min(1, limit / Math.max(Math.sqrt(squares), Number.MIN_VALUE)));
}

function replaceEach(
  gradients: ParameterTensors,
  replace: (tensor: tf.Tensor, name: string) => tf.Tensor,
  consumed: ParameterTensors = {},
): ParameterTensors {
  const next = Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [name, replace(tensor, name)]));
  tf.dispose({ ...gradients });
  tf.dispose({ ...consumed });
  return next;
}
