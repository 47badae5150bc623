import { shiftImage } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { waves } from '../sample-images.js';

// Little phase contrast keeps the spectrum below 0.75 of Nyquist.
const phaseContrast = 0.03;
const image = waves(1, [50, 60], { phaseContrast });

function largestDifference(a: { readonly data: Float64Array }, b: { readonly data: Float64Array }, rim: number): number {
  let largest = 0;
  for (let r = rim; r < 50 - rim; r++) {
    for (let c = rim; c < 60 - rim; c++) {
      const i = 2 * (r * 60 + c);
      largest = Math.max(
        largest,
        Math.hypot((a.data[i] as number) - (b.data[i] as number), (a.data[i + 1] as number) - (b.data[i + 1] as number)),
      );
    }
  }
  return largest;
}

test('No shift is the identity, bit by bit', () => {
  expect(shiftImage(image, { shift: { x: 0, y: 0 } }).data).toEqual(image.data);
});

test('Whole pixels only move', () => {
  expect(
    largestDifference(shiftImage(image, { shift: { x: 3, y: -2 } }), waves(1, [50, 60], { phaseContrast, shift: { x: 3, y: -2 } }), 4),
  ).toBeLessThan(1e-14);
});

test('Edge pixels are repeated', () => {
  const small = { shape: [1, 4], data: Float64Array.of(1, 0, 2, 0, 3, 0, 4, 0) };
  expect(Array.from(shiftImage(small, { shift: { x: 2, y: 0 } }).data)).toEqual([1, 0, 1, 0, 1, 0, 2, 0]);
});

describe('Fractions of a pixel', () => {
  test.each([
    [0.5, 0.5],
    [-0.25, 0],
    [2.37, -1.81],
  ])('x %d, y %d come out as drawn there', (x, y) => {
    expect(
      largestDifference(shiftImage(image, { shift: { x, y } }), waves(1, [50, 60], { phaseContrast, shift: { x, y } }), 12),
    ).toBeLessThan(1e-3);
  });

  test.each([0.2, 0.5, 0.75])('keep a wave at %d of Nyquist', (fraction) => {
    const wave = (at: number) => ({
      shape: [1, 60],
      data: Float64Array.from({ length: 120 }, (_, i) => Math[i % 2 === 0 ? 'cos' : 'sin'](Math.PI * fraction * (Math.floor(i / 2) - at))),
    });
    const moved = shiftImage(wave(0), { shift: { x: 0.5, y: 0 } });
    for (let i = 24; i < 96; i++) expect(Math.abs((moved.data[i] as number) - (wave(0.5).data[i] as number))).toBeLessThan(1e-3);
  });
});

test('What lies more than ten pixels away has no influence', () => {
  const changed = { shape: image.shape, data: image.data.slice() };
  changed.data[2 * (20 * 60 + 20)] = 1e6;
  const [a, b] = [image, changed].map((each) => shiftImage(each, { shift: { x: 0.4, y: 0.4 } }).data) as [Float64Array, Float64Array];
  for (const at of [20 * 60 + 31, 31 * 60 + 20, 9 * 60 + 9]) expect(a[2 * at]).toBe(b[2 * at]);
});

test.each(['x', 'y'] as const)('The derivative along %s is that of the shift', (derivative) => {
  const shift = { x: 0.3, y: -1.2 };
  const slope = shiftImage(image, { shift, derivative }).data;
  const h = 1e-3;
  const [after, before] = [h, -h].map(
    (step) => shiftImage(image, { shift: { ...shift, [derivative]: shift[derivative] + step } }).data,
  ) as [Float64Array, Float64Array];
  for (let i = 0; i < slope.length; i += 97) expect(slope[i]).toBeCloseTo(((after[i] as number) - (before[i] as number)) / (2 * h), 4);
});
