import { expect, it } from 'vitest';
import { bestIndex, isExhausted, monitored } from '../../../packages/trainer/src/training/history.js';
import type { EpochRecord } from '../../../packages/trainer/src/training/train-event.js';

const record = (trainLoss: number, valLoss: number | null): EpochRecord => ({
  epoch: 1,
  trainLoss,
  valLoss,
  learningRate: 1e-3,
  seconds: 1,
  patternsPerSecond: 1,
});
const validated = (losses: readonly number[]): EpochRecord[] => losses.map((loss) => record(0, loss));
const byLoss = { checkpointMonitor: 'val_loss', checkpointMode: 'min' } as const;

it.each([
  ['val_loss', record(1, 2), 2],
  ['train_loss', record(1, 2), 1],
  ['val_loss', record(1, null), 1], // without validation groups
  ['train_loss', record(1, null), 1],
])('The monitored number of %s', (monitor, given, expected) => {
  expect(monitored(given, monitor)).toBe(expected);
});

it.each([
  { losses: [], mode: 'min', best: -1 },
  { losses: [3], mode: 'min', best: 0 },
  { losses: [3, 1, 2], mode: 'min', best: 1 },
  { losses: [3, 1, 1], mode: 'min', best: 1 }, // the earliest among equals
  { losses: [3, 1, 2], mode: 'max', best: 0 },
  { losses: [1, 3, 3], mode: 'max', best: 1 },
  { losses: [-1, -3], mode: 'min', best: 1 },
  { losses: [2, Number.NaN, 3], mode: 'min', best: 0 },
] as const)('The best of $losses in mode $mode is number $best', ({ losses, mode, best }) => {
  expect(bestIndex(validated(losses), { ...byLoss, checkpointMode: mode })).toBe(best);
});

it('The best epoch may be ranked by the training loss', () => {
  const history = [record(1, 5), record(2, 4)];
  expect(bestIndex(history, byLoss)).toBe(1);
  expect(bestIndex(history, { ...byLoss, checkpointMonitor: 'train_loss' })).toBe(0);
});

it('An epoch whose loss is not a number is not the best', () => {
  expect(bestIndex(validated([Number.NaN, 3, 2]), byLoss)).toBe(2);
});

it.each([
  { losses: [], patience: 1, exhausted: false },
  { losses: [3], patience: 1, exhausted: false },
  { losses: [3, 3], patience: 1, exhausted: true },
  { losses: [3, 2, 2.5], patience: 2, exhausted: false },
  { losses: [3, 2, 2.5, 2.1], patience: 2, exhausted: true },
  { losses: [3, 2, 2.5, 1.9], patience: 2, exhausted: false },
  { losses: [1, 2, 3, 4], patience: null, exhausted: false },
])('After $losses a patience of $patience is exhausted: $exhausted', ({ losses, patience, exhausted }) => {
  expect(isExhausted(validated(losses), { ...byLoss, patience })).toBe(exhausted);
});
