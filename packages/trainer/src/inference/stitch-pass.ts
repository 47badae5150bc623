import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ComplexArray, ModelConfig } from '@ptychokit/config';
import type { GroupedData } from '@ptychokit/memmap-bridge';
import { addToStitch, type Canvas, disposePair, emptyStitch } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelState } from '../models/pinn.js';
import { type Batch, readBatches } from '../training/batches.js';
import { framePositions, type GroupObjects, groupObjects } from './group-objects.js';
import { probeCorrection } from './refit-probe.js';
import { type StitchOptions, stitchWeightsFor } from './stitch-weights.js';
import { finishStitch } from './stitched-object.js';

/** One pass over all groups. */
export interface StitchPassOptions extends StitchOptions {
  readonly state: ModelState;
  /** Probe that the object is stitched for; where it is not the model's, the patches are corrected so that the exit waves stay. */
  readonly probe: ComplexArray;
  readonly canvas: Canvas;
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Object and region from the patches of all groups: sums of weight * patch and of weight, the memory of the object plus one batch. */
export async function stitchPass(data: GroupedData, options: StitchPassOptions): Promise<ReturnType<typeof finishStitch>> {
  const { state, probe, canvas, batchSize, signal, onProgress } = options;
  const weights = stitchWeightsFor(probe, { ...options, stitchSize: options.stitchSize ?? knownSize(state.context.model.config.model) });
  const correction = probe === state.context.model.probe ? undefined : probeCorrection(state.context.probe, probe);
  const sums = emptyStitch(canvas);
  let done = 0;
  try {
    const objectsOf = groupObjects(state, { correction });
    const order = Int32Array.from({ length: data.groupCount }, (_, i) => i);
    for await (const batch of readBatches(data, order, { batchSize, signal })) {
      stitchBatch(sums, { batch, data, objectsOf, weights, canvas });
      done += batch.groups.length;
      onProgress?.(done, data.groupCount);
      await nextTurn();
    }
    return finishStitch(sums, canvas);
  } finally {
    if (correction !== undefined) disposePair(correction);
  }
}

/** Without a rim path the patches are zero around their centre, which must not count; null where the whole patch is known. */
const knownSize = ({ N, probeBig, padObject }: ModelConfig): number | null => (probeBig || !padObject ? null : N / 2);

interface BatchStitch {
  readonly batch: Batch;
  readonly data: GroupedData;
  readonly objectsOf: GroupObjects;
  readonly weights: Float32Array;
  readonly canvas: Canvas;
}

function stitchBatch(sums: Float32Array, { batch, data, objectsOf, weights, canvas }: BatchStitch): void {
  const { channels, raw, centres } = data;
  const size = raw.frameSize;
  const centre = (axis: 0 | 1): Float64Array => Float64Array.from(batch.groups, (group) => centres[2 * group + axis] as number);
  tf.tidy(() => {
    const frames = tf.tensor4d(batch.frames, [batch.groups.length, channels, size, size]);
    const objects = objectsOf({ frames, offsets: batch.offsets });
    const at = objects.place === 'group' ? { x: centre(0), y: centre(1) } : framePositions(batch.groups, data);
    addToStitch(sums, objects, { ...at, weights, canvas });
  });
}
