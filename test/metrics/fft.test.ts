import { describe, expect, test } from 'vitest';
import { Fft, fft2, zeroField } from '../../packages/metrics/src/fft.js';
import { uniformNoise } from './sample-images.js';

/** The definition, term by term. */
function slowTransform(re: Float64Array, im: Float64Array): readonly [Float64Array, Float64Array] {
  const n = re.length;
  const [outRe, outIm] = [new Float64Array(n), new Float64Array(n)];
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < n; k++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      outRe[j] = (outRe[j] as number) + (re[k] as number) * Math.cos(angle) - (im[k] as number) * Math.sin(angle);
      outIm[j] = (outIm[j] as number) + (re[k] as number) * Math.sin(angle) + (im[k] as number) * Math.cos(angle);
    }
  }
  return [outRe, outIm];
}

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0);

describe('A transform', () => {
  test.each([1, 2, 3, 4, 5, 7, 12, 64, 97, 136, 140])('of length %i is the definition', (n) => {
    const re = uniformNoise(n, [1, n]).data;
    const im = uniformNoise(n + 1, [1, n]).data;
    const [slowRe, slowIm] = slowTransform(re, im);
    new Fft(n).transform(re, im);
    expect(largestDifference(re, slowRe)).toBeLessThan(1e-11);
    expect(largestDifference(im, slowIm)).toBeLessThan(1e-11);
  });

  test.each([0, -4, 2.5])('of length %d is refused', (length) => {
    expect(() => new Fft(length)).toThrow(RangeError);
  });
});

test.each([
  [8, 8],
  [6, 10],
  [5, 16],
])('A transform of %i x %i pixels keeps the energy (Parseval)', (rows, cols) => {
  const field = zeroField(rows, cols);
  field.re.set(uniformNoise(3, [rows, cols]).data);
  const before = field.re.reduce((sum, value) => sum + value * value, 0);
  fft2(field);
  const after = field.re.reduce((sum, value, i) => sum + value * value + (field.im[i] as number) ** 2, 0);
  expect(after / (rows * cols)).toBeCloseTo(before, 10);
});

test('A wave becomes one point', () => {
  const field = zeroField(6, 10);
  for (let i = 0; i < 60; i++) field.re[i] = Math.cos(2 * Math.PI * ((2 * Math.floor(i / 10)) / 6 + (3 * (i % 10)) / 10));
  fft2(field);
  const bright = [...field.re].flatMap((value, i) => (Math.abs(value) > 1e-9 ? [[Math.floor(i / 10), i % 10, Math.round(value)]] : []));
  expect(bright).toEqual([
    [2, 3, 30],
    [4, 7, 30],
  ]);
});
