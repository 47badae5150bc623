import { expect, it } from 'vitest';
import { findBadPixels } from '../../../packages/iterative/src/frames/bad-pixels.js';

it('Dead pixels count nothing among neighbours that do, hot ones far more than all neighbours; a sharp centre is neither', () => {
  const N = 16;
  const counts = new Float64Array(N * N).fill(100);
  counts[5 * N + 5] = 0;
  counts[10 * N + 3] = 1e4;
  counts[8 * N + 8] = 1e6;
  expect(findBadPixels(counts, N)).toEqual({ dead: [5 * N + 5], hot: [10 * N + 3] });
  expect(findBadPixels(new Float64Array(N * N), N)).toEqual({ dead: [], hot: [] });
});
