import { expect, it } from 'vitest';
import { learningRateAt, plateauFactor } from '../../packages/trainer/src/schedule.js';

const at = (step: number, schedule: 'constant' | 'exponential' | 'cosine' | 'plateau', warmupEpochs = 0): number =>
  learningRateAt(step, { config: { schedule, learningRate: 0.2, nepochs: 10, warmupEpochs }, stepsPerEpoch: 10 });

it.each([
  ['constant', 0, 0.2],
  ['constant', 99, 0.2],
  ['plateau', 57, 0.2],
  ['exponential', 0, 0.2],
  ['exponential', 50, 0.02],
  ['exponential', 100, 0.002],
  ['cosine', 0, 0.2],
  ['cosine', 50, 0.2 * (0.01 + 0.99 / 2)],
  ['cosine', 25, 0.2 * (0.01 + (0.99 * (1 + Math.SQRT1_2)) / 2)],
  ['cosine', 100, 0.002],
  ['cosine', 1000, 0.002],
] as const)('The %s schedule has at step %i of 100 the rate %f', (schedule, step, expected) => {
  expect(at(step, schedule)).toBeCloseTo(expected, 12);
});

it('The exponential schedule falls by the same factor each step', () => {
  const factors = [0, 30, 98].map((step) => at(step + 1, 'exponential') / at(step, 'exponential'));
  for (const factor of factors) expect(factor).toBeCloseTo(0.01 ** 0.01, 12);
});

it.each(['constant', 'exponential', 'cosine', 'plateau'] as const)(
  'The rate rises to the peak over the warm-up of the %s schedule, then falls',
  (schedule) => {
    const rates = Array.from({ length: 100 }, (_, step) => at(step, schedule, 2));
    rates.slice(0, 20).forEach((rate, step) => {
      expect(rate).toBeCloseTo((0.2 * (step + 1)) / 20, 12);
    });
    expect(rates[20]).toBeCloseTo(0.2, 12);
    for (let step = 21; step < 100; step++) expect(rates[step]).toBeLessThanOrEqual(rates[step - 1] as number);
    expect(learningRateAt(100, { config: { schedule, learningRate: 0.2, nepochs: 10, warmupEpochs: 2 }, stepsPerEpoch: 10 })).toBeCloseTo(
      schedule === 'cosine' || schedule === 'exponential' ? 0.002 : 0.2,
      12,
    );
  },
);

it('A run that is all warm-up ends at the peak', () => {
  expect(at(99, 'cosine', 10)).toBeCloseTo(0.2, 12);
});

it.each([
  { losses: [], factor: 1 },
  { losses: [5, 4, 3], factor: 1 },
  { losses: [5, 5], factor: 1 },
  { losses: [5, 5, 5], factor: 0.5 },
  { losses: [5, 6, 7], factor: 0.5 },
  { losses: [5, 6, 4, 6], factor: 1 },
  { losses: [5, 6, 4, 6, 6], factor: 0.5 },
  { losses: [5, 5, 5, 5, 5], factor: 0.25 },
  { losses: [1, 0.99995, 0.9999], factor: 0.5 }, // improvements of less than 1e-4 do not count
  { losses: [1, 0.9998, 0.9996], factor: 1 },
  { losses: [-1, -1.00005, -1.0001], factor: 0.5 },
  { losses: [-1, -2, -3], factor: 1 },
])('A plateau multiplies the rate by $factor after the losses $losses', ({ losses, factor }) => {
  expect(plateauFactor(losses)).toBe(factor);
});
