import { boxRegion, mae, mse, psnr, wrappedPhaseDifference } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { realImage, waves } from './sample-images.js';

const truth = realImage([
  [0, 1, 2],
  [3, 4, 5],
]);
const image = realImage([
  [0, 2, 2],
  [3, 4, 1],
]);
const right = boxRegion([2, 3], { top: 0, left: 2, rows: 2, cols: 1 });
const nowhere = boxRegion([2, 3], { top: 0, left: 0, rows: 0, cols: 0 });

test('Errors are plain means over the region', () => {
  expect(mae(truth, image)).toEqual({ value: 5 / 6, reason: null });
  expect(mse(truth, image)).toEqual({ value: 17 / 6, reason: null });
  expect(mae(truth, image, { region: right }).value).toBe(2);
  expect(mse(truth, image, { region: right }).value).toBe(8);
});

describe('PSNR', () => {
  test('has the peak it is given', () => {
    expect(psnr(truth, image, { peak: 'range' }).value).toBeCloseTo(10 * Math.log10(25 / (17 / 6)), 12);
    const [one, other] = [1, 255].map((peak) => psnr(truth, image, { peak }).value as number) as [number, number];
    expect(other - one).toBeCloseTo(48.1308, 4);
  });

  test('takes the range of the truth within the region', () => {
    expect(psnr(truth, image, { peak: 'range', region: right }).value).toBeCloseTo(10 * Math.log10(9 / 8), 12);
  });

  test('is undefined for identical images and for a constant truth', () => {
    expect(psnr(truth, truth, { peak: 1 })).toEqual({ value: null, reason: 'the images are identical (MSE 0)' });
    const flat = realImage([
      [2, 2, 2],
      [2, 2, 2],
    ]);
    expect(psnr(flat, image, { peak: 'range' }).reason).toMatch(/constant/);
  });
});

test.each([mae, mse, (...args: Parameters<typeof mae>) => psnr(args[0], args[1], { peak: 1, ...args[2] })])(
  'Metric %# of an empty region is undefined',
  (metric) => {
    expect(metric(truth, image, { region: nowhere })).toEqual({ value: null, reason: 'the region is empty' });
  },
);

test('A region of another shape is refused', () => {
  expect(() => mae(truth, image, { region: boxRegion([3, 2]) })).toThrow('expected a region of shape [2, 3], got [3, 2] with 6 pixels');
});

test('Phase differences are wrapped', () => {
  const at = (phase: number) => ({ shape: [1, 1], data: Float64Array.of(2 * Math.cos(phase), 2 * Math.sin(phase)) });
  expect(wrappedPhaseDifference(at(3), at(-3)).data[0]).toBeCloseTo(2 * Math.PI - 6, 12);
  expect(wrappedPhaseDifference(at(0.2), at(0.5)).data[0]).toBeCloseTo(0.3, 12);
  expect(Math.max(...wrappedPhaseDifference(waves(1, [9, 9]), waves(1, [9, 9])).data)).toBe(0);
});
