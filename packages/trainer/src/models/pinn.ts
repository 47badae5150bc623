import { type ComplexPair, centreWeights, exchangePatches, fromPolar, predictIntensity, probeWeights } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import type { Scales } from '../scales.js';
import type { CustomLoss } from './custom-loss.js';
import { LOG_INTENSITY_SCALE, type ModelDefinition, PROBE_IM, PROBE_RE } from './definition.js';
import { applyNetwork } from './network.js';
import { filterProbe } from './probe-filter.js';
import type { Weights } from './weights.js';

/** One batch on the engine. */
export interface ModelInput {
  /** Amplitudes X as in the file, `[batch, C, N, N]`. */
  readonly frames: tf.Tensor4D;
  /** Positions relative to the centre of each group, (x, y) in pixels, `[batch * C * 2]`. */
  readonly offsets: Float32Array;
}

/** A model and its constant tensors. */
export interface ModelContext {
  readonly model: ModelDefinition;
  /** Normalised probe, `[N, N]` or `[modes, N, N]`. */
  readonly probe: ComplexPair;
  /** In place of the losses on diffraction. */
  readonly loss?: CustomLoss | undefined;
}

/**
 * Object patches as the network gives them, `[batch, patches, N, N]`: the amplitudes are standardised, everything else is the network's.
 */
export function networkPatches(frames: tf.Tensor4D, weights: Weights, { model }: ModelContext): ComplexPair {
  const x = channelsLast(networkInput(frames, model.scales));
  const { amplitude, phase } = applyNetwork(x, weights, model.config.model);
  return fromPolar(channelsFirst(amplitude), channelsFirst(phase));
}

/** What the network sees of the amplitudes X: g X, or g (X - mean frame) where the model has one; same shape. */
function networkInput(frames: tf.Tensor4D, { inputScale, meanFrame }: Scales): tf.Tensor {
  if (meanFrame === undefined) return tf.mul(frames, inputScale);
  const mean = tf.tensor4d(Float32Array.from(meanFrame), [1, 1, ...(frames.shape.slice(2) as [number, number])]);
  return tf.mul(tf.sub(frames, mean), inputScale);
}

/** The patches that are illuminated, one per frame, `[batch, C, N, N]`: those of a group after exchanging what they share. */
export function illuminatedPatches(patches: ComplexPair, offsets: Float32Array, { weights, context }: ModelState): ComplexPair {
  const { gridsize, objectMode } = context.model.config.model;
  if (gridsize === 1 || objectMode === 'independent') return patches;
  if (objectMode === 'single') return exchangePatches(patches, { mode: 'single', offsets });
  return exchangePatches(patches, {
    mode: 'merged',
    offsets,
    size: context.model.canvasSize,
    ...mergeOptions({ weights, context }),
  });
}

/** Parameters of a moment together with the model they belong to. */
export interface ModelState {
  readonly weights: Weights;
  readonly context: ModelContext;
}

/** Weights of a merge, `[N, N]`, and what is added to their sum; a trained probe counts as it stands, without a gradient. */
export function mergeOptions({ weights, context }: ModelState): { readonly weights: tf.Tensor; readonly divisorOffset: number } {
  const { model } = context.model.config;
  if (model.mergeWeights === 'centre') return { weights: centreWeights(model.N), divisorOffset: 0.001 };
  const constant = tf.customGrad(() => ({ value: probeWeights(currentProbe(weights, context)), gradFunc: () => [] }));
  return { weights: constant(), divisorOffset: 0 };
}

/** Squared amplitude that the patches `[batch, C, N, N]` predict, in the domain of g X; same shape. */
export function predictStandardisedIntensity(patches: ComplexPair, { weights, context }: ModelState): tf.Tensor {
  const { probeTrainable } = context.model.config.model;
  const intensity = predictIntensity(patches, currentProbe(weights, context), { probeGradient: probeTrainable });
  if (!weights.has(LOG_INTENSITY_SCALE)) return intensity;
  return tf.mul(intensity, tf.exp(tf.mul(weights.get(LOG_INTENSITY_SCALE), 2)));
}

/** The probe of the forward model: the constant one, or the trained one after its filters. */
export function currentProbe(weights: Weights, { model, probe }: ModelContext): ComplexPair {
  if (!weights.has(PROBE_RE)) return probe;
  return filterProbe({ re: weights.get(PROBE_RE), im: weights.get(PROBE_IM) }, model.config.model);
}

/** `[b, C, N, N]` to `[b, N, N, C]`. */
function channelsLast(x: tf.Tensor): tf.Tensor4D {
  const [b, c, h, w] = x.shape as [number, number, number, number];
  return c === 1 ? tf.reshape(x, [b, h, w, 1]) : tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);
}

/** `[b, N, N, C]` to `[b, C, N, N]`. */
function channelsFirst(x: tf.Tensor4D): tf.Tensor {
  const [b, h, w, c] = x.shape;
  return c === 1 ? tf.reshape(x, [b, 1, h, w]) : tf.transpose(x, [0, 3, 1, 2]);
}
