import type { Random, TrainingConfig } from '@ptychokit/config';
import { addToStitch, canvasFor, emptyStitch, paddedSize, toPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { groupObjects } from '../../packages/trainer/src/inference/group-objects.js';
import { stitchWeightsFor } from '../../packages/trainer/src/inference/stitch-weights.js';
import { buildModel, startingValues } from '../../packages/trainer/src/models/definition.js';
import { networkPatches } from '../../packages/trainer/src/models/pinn.js';
import { Weights } from '../../packages/trainer/src/models/weights.js';
import { createAdam, initialState } from '../../packages/trainer/src/optimiser/create-adam.js';
import type { Batch } from '../../packages/trainer/src/training/batches.js';
import { lossAndGradients } from '../../packages/trainer/src/training/step.js';

/** What a workload is drawn with. */
export interface WorkloadOptions {
  readonly random: Random;
  /** Frames lie up to so many pixels from the centre of their group, along each axis; decides the size of the merged region. */
  readonly largestOffset: number;
}

/** A model with random data of the size of one batch, and the steps that are timed. */
export function buildWorkload(config: TrainingConfig, { random, largestOffset }: WorkloadOptions) {
  const { N, gridsize } = config.model;
  const channels = gridsize ** 2;
  const count = config.batchSize * channels;
  const probe = { shape: [N, N], data: Float32Array.from(random.normals(2 * N * N)) };
  const centring = config.model.inputCentring ? { meanFrame: new Array<number>(N * N).fill(0.5) } : {};
  const scales = { inputScale: 1, countScale: 1, meanCounts: (N * N) / 3, probeScale: 1, ...centring };
  const canvasSize = paddedSize(N, { gridsize, maxAbsOffset: largestOffset });
  const model = buildModel(config, { assertBridged: () => undefined }, { scales, probe, canvasSize });
  const context = { model, probe: toPair(probe) };
  const optimiser = createAdam(model.specs, initialState(startingValues(model)));
  const batch: Batch = {
    groups: Int32Array.from({ length: config.batchSize }, (_, i) => i),
    frames: Float32Array.from({ length: count * N * N }, () => random.uniform()),
    offsets: Float32Array.from({ length: 2 * count }, () => largestOffset * (2 * random.uniform() - 1)),
    truth: undefined,
  };
  const shape: [number, number, number, number] = [config.batchSize, channels, N, N];
  const weights = new Weights(optimiser.parameters());
  const state = { weights, context };

  const train = (): void => {
    const { gradients } = lossAndGradients(batch, { context, optimiser });
    optimiser.step(gradients, config.learningRate);
    tf.dispose({ ...gradients });
  };
  const infer = (): void => {
    tf.tidy(() => {
      const patches = networkPatches(tf.tensor4d(batch.frames, shape), weights, context);
      tf.sum(tf.square(patches.re)).dataSync();
    });
  };
  const positions = { x: batch.offsets.map((v) => 40 + v), y: batch.offsets.map((v) => 40 - v) };
  const stitchWeights = stitchWeightsFor(probe, {});
  const canvas = canvasFor({ ...positions, size: N });
  const sums = emptyStitch(canvas);
  const objectsOf = groupObjects(state);
  const stitch = (): void => {
    tf.tidy(() => {
      const values = objectsOf({ frames: tf.tensor4d(batch.frames, shape), offsets: batch.offsets });
      const placed = values.re.length / N ** 2;
      addToStitch(sums, values, { x: positions.x.subarray(0, placed), y: positions.y.subarray(0, placed), weights: stitchWeights, canvas });
    });
  };
  return { step: (mode: 'train' | 'infer' | 'stitch'): (() => void) => ({ train, infer, stitch })[mode] };
}
