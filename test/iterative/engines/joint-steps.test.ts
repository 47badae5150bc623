import { expect, it } from 'vitest';
import { jointSteps, objectSteps, trimmedMean } from '../../../packages/iterative/src/engines/joint-steps.js';

it('Step lengths solve the damped normal equations, shortened and never below 0', () => {
  const products = { objectPower: [2], probePower: [3], crossRe: [0.5], crossIm: [0.25], objectGain: [1], probeGain: [2] };
  const [a, d] = [2 * 1.1, 3 * 1.1];
  const determinant = a * d - 0.5 ** 2 - 0.25 ** 2;
  const steps = jointSteps(products);
  expect(steps.object[0]).toBeCloseTo((0.9 * (d * 1 - 0.5 * 2)) / determinant, 5);
  expect(steps.probe[0]).toBeCloseTo((0.9 * (a * 2 - 0.5 * 1)) / determinant, 5);
  expect(jointSteps({ ...products, objectGain: [-9] }).object[0]).toBe(0);
  expect(objectSteps({ objectPower: [2], objectGain: [1] })[0]).toBeCloseTo(0.9 / 2.2, 5);
});

it('The trimmed mean leaves out what lies beyond the outer tenths', () => {
  expect(trimmedMean(Float64Array.from([100, 1, 2, 3, 4, 5, 6, 7, 8, 9, -100]))).toBeCloseTo(5, 10);
  expect(trimmedMean(Float64Array.from([3]))).toBe(3);
});

it('A trimmed mean of few values is one of them or between them', () => {
  expect(trimmedMean(Float64Array.of(3))).toBe(3);
  expect(trimmedMean(Float64Array.of(1, 3))).toBe(2);
  expect(trimmedMean(Float64Array.of(9, 1, 3))).toBe(3);
});
