import { illuminationOf, pixelsIn, scoreRegion } from '@ptychokit/metrics';
import { expect, test } from 'vitest';
import { realImage } from './sample-images.js';

const probe = realImage([
  [1, 2],
  [3, 4],
]);

test('The probe is added at every position, the middle pixel on the position', () => {
  const sum = illuminationOf({ probeIntensity: probe, xcoords: [1, 1.2, 3], ycoords: [1, 1, 2], shape: [4, 5] });
  expect(Array.from(sum.data)).toEqual([2, 4, 0, 0, 0, 6, 8, 1, 2, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0]);
});

test('What hangs over the edge is cut off', () => {
  const sum = illuminationOf({ probeIntensity: probe, xcoords: [0, 2], ycoords: [0, 2], shape: [2, 2] });
  expect(Array.from(sum.data)).toEqual([4, 0, 0, 1]);
});

test('The region is what is lit above a tenth of the maximum, without the rim', () => {
  const disc = {
    shape: [20, 20],
    data: Float64Array.from({ length: 400 }, (_, i) => (Math.hypot((i % 20) - 9.5, Math.floor(i / 20) - 9.5) < 8 ? 5 : 0.4)),
  };
  const lit = scoreRegion(disc, { rimPx: 0 });
  expect(pixelsIn(lit)).toBe(disc.data.filter((value) => value === 5).length);
  expect(pixelsIn(scoreRegion(disc, { rimPx: 0, threshold: 0.05 }))).toBe(400);
  const inner = scoreRegion(disc, { rimPx: 3 });
  expect(inner.mask[9 * 20 + 9]).toBe(1);
  expect(inner.mask[9 * 20 + 3]).toBe(0);
  expect(pixelsIn(inner)).toBeLessThan(pixelsIn(lit));
});

test('Nothing is lit without light', () => {
  expect(pixelsIn(scoreRegion({ shape: [3, 3], data: new Float64Array(9) }, { rimPx: 0 }))).toBe(0);
});
