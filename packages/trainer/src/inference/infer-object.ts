import { type ComplexArray, deepFreeze, LegacyParams, type TrainingConfig } from '@ptychokit/config';
import type { GroupedData, RawData } from '@ptychokit/memmap-bridge';
import { type Canvas, canvasFor, disposePair, relativeResidual, toPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { ModelDataError } from '../errors.js';
import type { ModelState } from '../models/pinn.js';
import type { TrainedModel } from '../models/trained-model.js';
import { Weights } from '../models/weights.js';
import { needsRefit, refitProbe } from './refit-probe.js';
import { stitchPass } from './stitch-pass.js';
import type { StitchOptions } from './stitch-weights.js';
import type { finishStitch } from './stitched-object.js';

/** Turns of refitting a trained probe and stitching again; the second one changes little, the third nothing. */
const REFIT_TURNS = 2;

/** Options of {@link inferObject}. */
export interface InferOptions extends StitchOptions {
  /** Groups per forward pass; default 32. */
  readonly batchSize?: number | undefined;
  /** Groups to use instead of one per frame. */
  readonly groups?: GroupedData | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Groups done, over all passes, and how many there will be; only ever rises. */
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
  /** Probe the object is seen with: the model's, normalised, or the refitted one; `[N, N]` or `[modes, N, N]`. */
  readonly probe: ComplexArray;
  readonly groups: number;
  readonly seconds: number;
}

/**
 * Applies a model to a scan and stitches one object: sums of weight * patch and of weight at the true sub-pixel positions, one pass,
 * memory of the object plus one batch. A probe that was trained on single frames is refitted to the common object in two more turns.
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
  const { probe, ...stitched } = await stitch(model, groups, { ...options, canvas });
  const residual = await residualOf(stitched.object, raw, { probe, canvas, signal: options.signal });
  return {
    ...stitched,
    origin: { x: canvas.originX, y: canvas.originY },
    relativeResidual: residual.residual,
    amplitudeScale: residual.scale,
    probe,
    groups: groups.groupCount,
    seconds: (performance.now() - started) / 1e3,
  };
}

type Stitched = ReturnType<typeof finishStitch> & { readonly probe: ComplexArray };

/** The object, and the probe it is seen with. */
async function stitch(model: TrainedModel, data: GroupedData, options: InferOptions & { readonly canvas: Canvas }): Promise<Stitched> {
  const { batchSize = 32 } = options;
  const pair = toPair(model.probe);
  const tensors = Object.fromEntries(
    model.specs.map(({ name, shape }) => [name, tf.tensor(model.values.get(name) as Float32Array, [...shape])]),
  );
  const state: ModelState = { weights: new Weights(tensors), context: { model, probe: pair } };
  try {
    const turns = needsRefit(model) ? REFIT_TURNS : 0;
    const pass = passCounter(options, 1 + 2 * turns);
    let probe = model.probe;
    let stitched = await stitchPass(data, { ...options, state, probe, batchSize, onProgress: pass() });
    for (let turn = 0; turn < turns; turn++) {
      probe = await refitProbe(stitched.object, data, { ...options, state, batchSize, onProgress: pass() });
      stitched = await stitchPass(data, { ...options, state, probe, batchSize, onProgress: pass() });
    }
    return { ...stitched, probe };
  } finally {
    disposePair(pair);
    tf.dispose(tensors);
  }
}

/** Progress of several passes over the groups as one: what each pass reports follows on the passes before it. */
function passCounter({ onProgress }: InferOptions, passes: number): () => NonNullable<InferOptions['onProgress']> {
  let begun = 0;
  return () => {
    const before = begun++;
    return (done, total) => onProgress?.(before * total + done, passes * total);
  };
}

/** One group per frame of the whole scan, whatever subset the model was trained on. */
function everyFrameGrouped(config: TrainingConfig, raw: RawData): GroupedData {
  const whole: TrainingConfig = deepFreeze({ ...config, nGroups: null, nSubsample: null });
  const params = new LegacyParams();
  params.bridge(whole);
  return raw.group(whole, params);
}

async function residualOf(
  object: ComplexArray,
  raw: RawData,
  options: { readonly probe: ComplexArray; readonly canvas: Canvas; readonly signal: AbortSignal | undefined },
): Promise<{ readonly residual: number; readonly scale: number }> {
  const { canvas, signal } = options;
  const pair = toPair(object);
  const probe = toPair(options.probe);
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
