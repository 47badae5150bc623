import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ComplexArray } from '@ptychokit/config';
import type { GroupedData } from '@ptychokit/memmap-bridge';
import {
  absSquared,
  type Canvas,
  type ComplexPair,
  conjugate,
  disposePair,
  extractPatches,
  fromPair,
  mapPair,
  multiply,
  toPair,
} from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelState } from '../models/pinn.js';
import type { TrainedModel } from '../models/trained-model.js';
import { readBatches } from '../training/batches.js';
import { framePatches, framePositions } from './group-objects.js';

/** Keeps quotients finite where neither light nor object is, relative to the peak. */
const EPSILON = 1e-9;

/**
 * Patches of single frames and a trained probe share every factor that all patches have in common: whatever the probe lacks, each
 * patch brings along. Such a model is refitted; frames that were merged during training, and incoherent modes, are not.
 */
export const needsRefit = ({ config, probe }: TrainedModel): boolean =>
  config.model.probeTrainable && probe.shape.length === 2 && (config.model.gridsize === 1 || config.model.objectMode === 'independent');

/** What {@link refitProbe} goes over. */
export interface RefitOptions {
  readonly state: ModelState;
  readonly canvas: Canvas;
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The probe that, in front of one common object, comes nearest to all exit waves psi_j = P O_j of the model:
 * P' = sum_j psi_j conj(O at j) / sum_j |O at j|^2, the probe step of the overlap projection (Thibault et al., Ultramicroscopy 109, 338, 2009).
 *
 * @param object stitched object `[H, W]` on the canvas
 * @returns `[N, N]`
 */
export async function refitProbe(object: ComplexArray, data: GroupedData, options: RefitOptions): Promise<ComplexArray> {
  const { state, canvas, batchSize, signal, onProgress } = options;
  let done = 0;
  const { N } = state.context.model.config.model;
  const whole = toPair(object);
  let cross: ComplexPair = { re: tf.zeros([N, N]), im: tf.zeros([N, N]) };
  let power: tf.Tensor = tf.zeros([N, N]);
  const order = Int32Array.from({ length: data.groupCount }, (_, i) => i);
  try {
    for await (const batch of readBatches(data, order, { batchSize, signal })) {
      const before = { cross, power };
      const sums = tf.tidy(() => {
        const frames = tf.tensor4d(batch.frames, [batch.groups.length, data.channels, N, N]);
        const patches = framePatches({ frames }, state);
        const { x, y } = framePositions(batch.groups, data);
        const at = { x: x.map((value) => value - canvas.originX), y: y.map((value) => value - canvas.originY) };
        const common = extractPatches(whole, { ...at, size: N });
        const product = multiply(multiply(patches, state.context.probe), conjugate(common));
        return {
          re: tf.add(before.cross.re, tf.sum(product.re, 0)),
          im: tf.add(before.cross.im, tf.sum(product.im, 0)),
          power: tf.add(before.power, tf.sum(absSquared(common), 0)),
        };
      });
      tf.dispose([before.cross.re, before.cross.im, before.power]);
      cross = { re: sums.re, im: sums.im };
      power = sums.power;
      done += batch.groups.length;
      onProgress?.(done, data.groupCount);
      await nextTurn();
    }
    const fitted = tf.tidy(() => ({ ...mapPair(cross, (part) => tf.div(part, tf.add(power, tf.mul(tf.max(power), EPSILON)))) }));
    const probe = await fromPair(fitted);
    disposePair(fitted);
    return probe;
  } finally {
    disposePair(whole, cross);
    power.dispose();
  }
}

/** What turns patches under one probe into patches under another with the same exit waves: P conj(P') / |P'|^2, `[N, N]`. */
export function probeCorrection(from: ComplexPair, to: ComplexArray): ComplexPair {
  return tf.tidy(() => {
    const target = toPair(to);
    const intensity = absSquared(target);
    const divisor = tf.add(intensity, tf.mul(tf.max(intensity), EPSILON));
    return { ...mapPair(multiply(from, conjugate(target)), (part) => tf.div(part, divisor)) };
  });
}
