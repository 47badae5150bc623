import { expect, test } from 'vitest';
import { solve } from '../../../packages/metrics/src/align/solve.js';

test('A positive system is solved', () => {
  const solution = solve({ matrix: Float64Array.of(4, 1, 0, 1, 3, 1, 0, 1, 2), right: Float64Array.of(6, 10, 8) });
  expect([...(solution as Float64Array)].map((value) => Math.round(1e9 * value) / 1e9)).toEqual([1, 2, 3]);
});

test('A singular system has no solution', () => {
  expect(solve({ matrix: Float64Array.of(1, 1, 1, 1), right: Float64Array.of(1, 2) })).toBeUndefined();
});
