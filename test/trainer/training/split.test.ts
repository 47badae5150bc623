import { expect, it } from 'vitest';
import { splitGroups } from '../../../packages/trainer/src/training/split.js';

const split = (count: number, validationFraction: number, seed = 1): ReturnType<typeof splitGroups> =>
  splitGroups(count, { seed, validationFraction });

it.each([
  [100, 0.05, 5],
  [100, 0.25, 25],
  [10, 0.01, 1], // at least one
  [2, 0.05, 1],
  [2, 0.99, 1], // one stays for training
  [3, 0.99, 2],
  [1, 0.5, 0],
  [100, 0, 0],
  [7, 0.5, 4],
])('Of %i groups a fraction of %f gives %i for validation', (count, fraction, expected) => {
  const { training, validation } = split(count, fraction);
  expect(validation).toHaveLength(expected);
  expect(training).toHaveLength(count - expected);
});

it('Every group is in one part, in ascending order', () => {
  const { training, validation } = split(211, 0.3);
  for (const part of [training, validation]) expect(Array.from(part)).toEqual(Array.from(part).sort((a, b) => a - b));
  expect([...training, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 211 }, (_, i) => i));
});

it.each([0, 1, -3])('The seed %i always gives the same split, and another than its neighbour', (seed) => {
  expect(split(50, 0.5, seed)).toEqual(split(50, 0.5, seed));
  expect(split(50, 0.5, seed).validation).not.toEqual(split(50, 0.5, seed + 1).validation);
});

it('The validation groups are spread over the scan', () => {
  const { validation } = split(1000, 0.1);
  const inFirstHalf = validation.filter((group) => group < 500).length;
  expect(Math.abs(inFirstHalf - 50)).toBeLessThan(20);
});
