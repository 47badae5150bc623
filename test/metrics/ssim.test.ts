import { boxRegion, ssim } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { realImage, uniformNoise } from './sample-images.js';

const truth = uniformNoise(1, [24, 30]);
const other = uniformNoise(2, [24, 30]);

test('An image is similar to itself by 1', () => {
  expect(ssim(truth, truth).value).toBeCloseTo(1, 12);
  expect(ssim(truth, truth, { window: 'uniform7' }).value).toBeCloseTo(1, 12);
});

describe('One window of equal weights', () => {
  const a = uniformNoise(3, [7, 7]);
  const b = uniformNoise(4, [7, 7]);

  test('is the formula with sample covariances', () => {
    const mean = (data: Float64Array) => data.reduce((sum, x) => sum + x, 0) / 49;
    const [ua, ub] = [mean(a.data), mean(b.data)];
    const cov = (x: Float64Array, y: Float64Array, [ux, uy]: [number, number]) =>
      x.reduce((sum, value, i) => sum + (value - ux) * ((y[i] as number) - uy), 0) / 48;
    const range = Math.max(...Array.from(a.data)) - Math.min(...Array.from(a.data));
    const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
    const expected =
      ((2 * ua * ub + c1) * (2 * cov(a.data, b.data, [ua, ub]) + c2)) /
      ((ua * ua + ub * ub + c1) * (cov(a.data, a.data, [ua, ua]) + cov(b.data, b.data, [ub, ub]) + c2));
    expect(ssim(a, b, { window: 'uniform7' }).value).toBeCloseTo(expected, 12);
  });
});

test('Only windows wholly inside the region count', () => {
  const region = boxRegion([24, 30], { top: 4, left: 5, rows: 15, cols: 13 });
  const changed = { shape: other.shape, data: other.data.slice() };
  for (let i = 0; i < region.mask.length; i++) if (region.mask[i] !== 1) changed.data[i] = 99;
  expect(ssim(truth, changed, { region }).value).toBe(ssim(truth, other, { region }).value);
  changed.data[4 * 30 + 5] = 99;
  expect(ssim(truth, changed, { region }).value).not.toBe(ssim(truth, other, { region }).value);
});

test('The range can be given', () => {
  expect(ssim(truth, other, { range: 1 }).value).not.toBe(ssim(truth, other, { range: 2 }).value);
});

test.each([
  ['constant', { region: undefined }, realImage(Array.from({ length: 24 }, () => new Array(30).fill(2)))],
  ['no whole window of 11 pixels', { region: boxRegion([24, 30], { top: 0, left: 0, rows: 10, cols: 30 }) }, truth],
  ['empty', { region: boxRegion([24, 30], { top: 0, left: 0, rows: 0, cols: 0 }) }, truth],
])('There is none when something is %s', (reason, options, reference) => {
  const result = ssim(reference, other, options);
  expect(result.value).toBeNull();
  expect(result.reason).toContain(reason);
});
