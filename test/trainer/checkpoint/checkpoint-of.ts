import { Random } from '@ptychokit/config';
import type { Checkpoint } from '../../../packages/trainer/src/checkpoint/checkpoint.js';
import type { ParameterSpec } from '../../../packages/trainer/src/models/parameters.js';
import { tinyConfig } from '../../support/tiny-config.js';

/** Parameters of a model that is smaller than any real one. */
export const SPECS: readonly ParameterSpec[] = [
  { name: 'kernel', shape: [2, 3], initialiser: { kind: 'constant', value: 0 } },
  { name: 'scale', shape: [], initialiser: { kind: 'constant', value: 0 } },
];

const draw = (what: string): ReadonlyMap<string, Float32Array> => {
  const random = new Random(1, what);
  return new Map([
    ['kernel', Float32Array.from({ length: 6 }, () => random.normal())],
    ['scale', Float32Array.of(random.normal())],
  ]);
};

/** A checkpoint after one epoch, with the fields given. */
export const checkpointOf = (fields: Partial<Checkpoint>): Checkpoint => ({
  config: tinyConfig(),
  scales: { inputScale: 0.1 + 0.2, countScale: 1, meanCounts: 1e5 / 3, probeScale: 7 },
  data: { 'training positions': 'a', 'training frames': 'b', 'training groups': 'c' },
  progress: { epoch: 1, step: 0, lossSum: 0, lossCount: 0 },
  history: [{ epoch: 1, trainLoss: 0.75, valLoss: 0.5, learningRate: 1e-3, seconds: 1.25, patternsPerSecond: 100 }],
  optimiser: { steps: 12, values: draw('values'), firstMoments: draw('first'), secondMoments: draw('second') },
  bestValues: draw('best'),
  ...fields,
});
