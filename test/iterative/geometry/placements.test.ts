import { expect, it } from 'vitest';
import { placementsOf } from '../../../packages/iterative/src/geometry/placements.js';

it('A position is the object pixel under probe pixel N/2: whole pixels to the patch, the rest to the probe', () => {
  const placed = placementsOf({ x: [10.25, 11.75], y: [20, 20.5] }, { frameSize: 8, originX: 3, originY: 1 });
  expect([...placed.columns]).toEqual([10 - 4 - 3, 12 - 4 - 3]);
  expect([...placed.rows]).toEqual([20 - 4 - 1, 20 - 4 - 1]);
  expect([...placed.fractionX]).toEqual([0.25, -0.25]);
  expect([...placed.fractionY]).toEqual([0, 0.5]);
});
