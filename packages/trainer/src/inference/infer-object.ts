import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ComplexArray, deepFreeze, LegacyParams, type TrainingConfig } from '@ptychokit/config';
import type { GroupedData, RawData } from '@ptychokit/memmap-bridge';
import { accumulatePatches, type Canvas, canvasFor, disposePair, relativeResidual, toPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { ModelDataError } from '../errors.js';
import type { ModelState } from '../models/pinn.js';
import type { TrainedModel } from '../models/trained-model.js';
import { Weights } from '../models/weights.js';
import { type Batch, readBatches } from '../training/batches.js';
import { groupObjects } from './group-objects.js';
import { type StitchOptions, stitchWeightsFor } from './stitch-weights.js';
import { finishStitch } from './stitched-object.js';

/** Options of {@link inferObject}. */
export interface InferOptions extends StitchOptions {
  /** Groups per forward pass; default 32. */
  readonly batchSize?: number | undefined;
  /** Groups to use instead of one per frame. */
  readonly groups?: GroupedData | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** An object stitched from the patches of all groups. */
export interface StitchedObject {
  /** `[H, W]`, in units in which the normalised probe predicts the standardised amplitudes; 0 where nothing is known. */
  readonly object: ComplexArray;
  /** `[H * W]`: 1 where the weights exceed 1 % of their maximum. */
  readonly region: Uint8Array;
  /** Scan coordinates of object pixel (0, 0). */
  readonly origin: { readonly x: number; readonly y: number };
  /** sum (s A - X)^2 / sum X^2 over all frames, after one real scale factor s. */
  readonly relativeResidual: number;
  /** That factor. */
  readonly amplitudeScale: number;
  /** Normalised probe of the forward model, `[N, N]` or `[modes, N, N]`. */
  readonly probe: ComplexArray;
  readonly groups: number;
  readonly seconds: number;
}

/**
 * Applies a model to a scan and stitches one object: sums of weight * patch and of weight at the true sub-pixel positions, one pass,
 * memory of the object plus one batch.
 *
 * @throws ModelDataError a scan of another frame size
 */
export async function inferObject(model: TrainedModel, raw: RawData, options: InferOptions = {}): Promise<StitchedObject> {
  const started = performance.now();
  if (raw.frameSize !== model.config.model.N) {
    throw new ModelDataError(`The frames are ${raw.frameSize} x ${raw.frameSize} pixels, the model is for N = ${model.config.model.N}`, {
      where: raw.source,
      fix: 'use a model that was trained on frames of this size',
    });
  }
  const groups = options.groups ?? everyFrameGrouped(model.config, raw);
  const canvas = canvasFor({ x: raw.xcoords, y: raw.ycoords, size: raw.frameSize });
  const sums = await accumulate(model, groups, { ...options, canvas });
  const stitched = finishStitch(await sums.data<'float32'>(), canvas);
  sums.dispose();
  const residual = await residualOf(stitched.object, raw, { model, canvas, signal: options.signal });
  return {
    ...stitched,
    origin: { x: canvas.originX, y: canvas.originY },
    relativeResidual: residual.residual,
    amplitudeScale: residual.scale,
    probe: model.probe,
    groups: groups.groupCount,
    seconds: (performance.now() - started) / 1e3,
  };
}

/** One group per frame of the whole scan, whatever subset the model was trained on. */
function everyFrameGrouped(config: TrainingConfig, raw: RawData): GroupedData {
  const whole: TrainingConfig = deepFreeze({ ...config, nGroups: null, nSubsample: null });
  const params = new LegacyParams();
  params.bridge(whole);
  return raw.group(whole, params);
}

/** Weighted sums over all groups, `[height, width, 3]`; the caller disposes. */
async function accumulate(
  model: TrainedModel,
  data: GroupedData,
  options: InferOptions & { readonly canvas: Canvas },
): Promise<tf.Tensor3D> {
  const { canvas, batchSize = 32, signal, onProgress } = options;
  const weights = stitchWeightsFor(model.probe, options);
  const probe = toPair(model.probe);
  const tensors = Object.fromEntries(
    model.specs.map(({ name, shape }) => [name, tf.tensor(model.values.get(name) as Float32Array, [...shape])]),
  );
  const state: ModelState = { weights: new Weights(tensors), context: { model, probe } };
  let total: tf.Tensor3D = tf.zeros([canvas.height, canvas.width, 3]);
  let done = 0;
  try {
    const order = Int32Array.from({ length: data.groupCount }, (_, i) => i);
    for await (const batch of readBatches(data, order, { batchSize, signal })) {
      const before = total;
      total = tf.tidy(() => tf.add(before, stitchBatch(batch, data, { state, weights, canvas })));
      before.dispose();
      done += batch.groups.length;
      onProgress?.(done, data.groupCount);
      await nextTurn();
    }
    return total;
  } catch (error) {
    total.dispose();
    throw error;
  } finally {
    weights.dispose();
    disposePair(probe);
    tf.dispose(tensors);
  }
}

function stitchBatch(
  batch: Batch,
  data: GroupedData,
  { state, weights, canvas }: { readonly state: ModelState; readonly weights: tf.Tensor2D; readonly canvas: Canvas },
): tf.Tensor3D {
  const { channels, raw, members, centres } = data;
  const size = raw.frameSize;
  const frames = tf.tensor4d(batch.frames, [batch.groups.length, channels, size, size]);
  const { patches, place } = groupObjects({ frames, offsets: batch.offsets }, state);
  if (place === 'group') {
    const centre = (axis: 0 | 1): Float64Array => Float64Array.from(batch.groups, (group) => centres[2 * group + axis] as number);
    return accumulatePatches(patches, { x: centre(0), y: centre(1), weights, canvas });
  }
  const indices = Array.from(batch.groups).flatMap((group) => Array.from(members.subarray(group * channels, (group + 1) * channels)));
  const pick = (all: Float64Array): Float64Array => Float64Array.from(indices, (index) => all[index] as number);
  return accumulatePatches(patches, { x: pick(raw.xcoords), y: pick(raw.ycoords), weights, canvas });
}

async function residualOf(
  object: ComplexArray,
  raw: RawData,
  options: { readonly model: TrainedModel; readonly canvas: Canvas; readonly signal: AbortSignal | undefined },
): Promise<{ readonly residual: number; readonly scale: number }> {
  const { model, canvas, signal } = options;
  const pair = toPair(object);
  const probe = toPair(model.probe);
  try {
    return await relativeResidual({
      object: pair,
      probe,
      x: raw.xcoords.map((x) => x - canvas.originX),
      y: raw.ycoords.map((y) => y - canvas.originY),
      readFrames: (indices, into) => raw.frames.readFrames(indices, into),
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    disposePair(pair, probe);
  }
}
