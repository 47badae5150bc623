import { splitFrames } from '@ptychokit/study';
import { expect, test } from 'vitest';

test('The smaller coordinates become train, in the order of the scan', () => {
  const { train, test: rest } = splitFrames([5, 1, 4, 2, 3, 0], 0.5);
  expect([...train]).toEqual([1, 3, 5]);
  expect([...rest]).toEqual([0, 2, 4]);
});

test('Equal coordinates follow the order of the scan, and both halves get a frame', () => {
  expect([...splitFrames([1, 1, 1, 1, 1], 0.5).train]).toEqual([0, 1]);
  expect(splitFrames([1, 2, 3], 0.01).train.length).toBe(1);
  expect(splitFrames([1, 2, 3], 0.99).test.length).toBe(1);
  expect(() => splitFrames([1], 0.5)).toThrow(/at least two/);
});
