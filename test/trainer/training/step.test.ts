import '@tensorflow/tfjs-node';
import { dispose, memory, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParameterTensors } from '../../../packages/trainer/src/models/parameters.js';
import { type Batch, readBatches } from '../../../packages/trainer/src/training/batches.js';
import { type PreparedRun, prepareRun } from '../../../packages/trainer/src/training/prepare.js';
import { addGradients, clipGradients, lossAndGradients, lossOf, scaleGradients } from '../../../packages/trainer/src/training/step.js';
import { bridged, tinyConfig, tinyExecution } from '../../support/tiny-config.js';
import { tinyScan } from '../../support/tiny-run.js';

const gradients = (...values: readonly number[][]): ParameterTensors =>
  Object.fromEntries(values.map((array, i) => [`p${i}`, tensor(array)]));
const arrays = (tensors: ParameterTensors): number[][] => Object.values(tensors).map((value) => Array.from(value.dataSync()));

describe('Gradients', () => {
  it('are clipped to a global norm, in their direction', () => {
    const clipped = arrays(clipGradients(gradients([3, 0], [4]), 1));
    expect(clipped[0]?.[0]).toBeCloseTo(0.6, 6);
    expect(clipped[1]?.[0]).toBeCloseTo(0.8, 6);
  });

  it.each([5, 5.1, 1e9])('of norm 5 pass a limit of %f', (limit) => {
    expect(arrays(clipGradients(gradients([3, 0], [4]), limit))).toEqual([[3, 0], [4]]);
  });

  it('pass without a limit', () => {
    const given = gradients([1e9]);
    expect(clipGradients(given, null)).toBe(given);
  });

  it('that are all zero stay zero', () => {
    expect(arrays(clipGradients(gradients([0, 0], [0]), 1))).toEqual([[0, 0], [0]]);
  });

  it('add by name and are scaled', () => {
    expect(arrays(addGradients(gradients([1, 2], [3]), gradients([10, 20], [30])))).toEqual([[11, 22], [33]]);
    expect(arrays(scaleGradients(gradients([1, 2], [3]), -2))).toEqual([[-2, -4], [-6]]);
  });

  it.each<[string, () => ParameterTensors]>([
    ['clipping', () => clipGradients(gradients([3, 0], [4]), 1)],
    ['passing a limit', () => clipGradients(gradients([3, 0], [4]), 10)],
    ['adding', () => addGradients(gradients([1], [2]), gradients([3], [4]))],
    ['scaling', () => scaleGradients(gradients([1], [2]), 3)],
    ['scaling by 1', () => scaleGradients(gradients([1], [2]), 1)],
  ])('are consumed by %s', (_, operation) => {
    const before = memory().numTensors;
    const result = operation();
    expect(memory().numTensors).toBe(before + 2);
    dispose({ ...result });
    expect(memory().numTensors).toBe(before);
  });
});

describe('Loss and gradients of a batch', () => {
  let run: PreparedRun;
  let batch: Batch;
  beforeAll(async () => {
    const config = tinyConfig();
    run = await prepareRun({ config, execution: tinyExecution(), params: bridged(config), train: tinyScan({ frames: 4 }) });
    batch = (await readBatches(run.training, Int32Array.of(0, 1), { batchSize: 2 }).next()).value as Batch;
  });
  afterAll(() => run.dispose());

  it('come with the names of the parameters, in their shapes', () => {
    const found = lossAndGradients(batch, run.learner);
    const { specs } = run.learner.context.model;
    expect(Object.keys(found.gradients)).toEqual(specs.map(({ name }) => name));
    for (const { name, shape } of specs) expect((found.gradients[name] as Tensor).shape, name).toEqual(shape);
    dispose({ ...found.gradients });
  });

  it('hold the loss that is measured without gradients', () => {
    const found = lossAndGradients(batch, run.learner);
    expect(found.loss).toBeCloseTo(lossOf(batch, run.learner), 5);
    dispose({ ...found.gradients });
  });

  it('are all that is left on the engine', () => {
    const before = memory().numTensors;
    const found = lossAndGradients(batch, run.learner);
    expect(memory().numTensors).toBe(before + run.learner.context.model.specs.length);
    dispose({ ...found.gradients });
    lossOf(batch, run.learner);
    expect(memory().numTensors).toBe(before);
  });
});
