import { expect, it } from 'vitest';
import { finishStitch } from '../../../packages/trainer/src/inference/stitched-object.js';

const canvas = { originX: 0, originY: 0, width: 3, height: 2 };

it('The object is the quotient of the sums, the region is where the weights exceed a hundredth of their maximum', () => {
  const sums = Float32Array.of(2, 4, 2, 0, 0, 0, 3, -6, 300, 0.02, 0.04, 0.02, 9, 9, 3, 9, 9, 3.01);
  const { object, region } = finishStitch(sums, canvas);
  expect(object.shape).toEqual([2, 3]);
  expect(Array.from(region)).toEqual([0, 0, 1, 0, 0, 1]);
  const expected = [1, 2, 0, 0, 0.01, -0.02, 1, 2, 3, 3, 9 / 3.01, 9 / 3.01];
  for (const [i, value] of object.data.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
});

it('Where nothing was added the object is 0, and without any weight nothing is region', () => {
  const { object, region } = finishStitch(new Float32Array(18), canvas);
  expect(Array.from(object.data)).toEqual(new Array(12).fill(0));
  expect(Array.from(region)).toEqual(new Array(6).fill(0));
});
