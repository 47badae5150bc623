import type { TrainEvent } from '@ptychokit/trainer';

type Of<T extends TrainEvent['type']> = Extract<TrainEvent, { type: T }>;

export const startEvent = (fields: Partial<Of<'start'>> = {}): TrainEvent => ({
  type: 'start',
  epochs: 3,
  stepsPerEpoch: 60,
  parameters: 1,
  groups: 1,
  validationGroups: 1,
  patternsPerEpoch: 1,
  loss: { nll: 1, mae: 0 },
  resumedFromEpoch: null,
  resumedFromStep: null,
  ...fields,
});

/** Its loss is epoch + step / 100. */
export const stepEvent = (epoch: number, step: number): TrainEvent => ({
  type: 'step',
  epoch,
  step,
  stepsPerEpoch: 60,
  loss: (100 * epoch + step) / 100,
  learningRate: 1e-3,
  patternsPerSecond: 1,
});

/** Its losses halve from epoch to epoch. */
export const epochEvent = (epoch: number, valLoss: number | null = 2 ** -epoch / 2): TrainEvent => ({
  type: 'epoch',
  epoch,
  trainLoss: 2 ** -epoch,
  valLoss,
  learningRate: 1e-3,
  seconds: 1,
  patternsPerSecond: 1,
  best: true,
});
