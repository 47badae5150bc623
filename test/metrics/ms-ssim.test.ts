import { amplitudeOf, boxRegion, msSsim, ssim } from '@ptychokit/metrics';
import { expect, test } from 'vitest';
import { disturbed, uniformNoise, waves } from './sample-images.js';

const scene = waves(5, [200, 190]);
const truth = amplitudeOf(scene);
const noisy = (noise: number) => amplitudeOf(disturbed(scene, { noise, seed: 1 }));

test('An image is similar to itself by 1, at five scales without a note', () => {
  const result = msSsim(truth, truth);
  expect(result.value).toBeCloseTo(1, 12);
  expect(result).not.toHaveProperty('note');
});

test('More noise means less similarity', () => {
  const [a, b, c] = [0.02, 0.05, 0.2].map((noise) => msSsim(truth, noisy(noise)).value as number) as [number, number, number];
  expect([a > b, b > c, c > 0]).toEqual([true, true, true]);
});

test('Brightness is judged at the coarsest scale only', () => {
  const brighter = { shape: truth.shape, data: truth.data.map((value) => value + 1) };
  const mean = Array.from(truth.data).reduce((sum, value) => sum + value, 0) / truth.data.length;
  const luminance = (2 * mean * (mean + 1)) / (mean ** 2 + (mean + 1) ** 2);
  expect(msSsim(truth, brighter).value).toBeCloseTo(luminance ** 0.1333, 2);
});

test('One scale is the plain similarity', () => {
  const small = boxRegion(truth.shape, { top: 3, left: 3, rows: 21, cols: 21 });
  const result = msSsim(truth, noisy(0.05), { region: small });
  expect(result.value).toBeCloseTo(ssim(truth, noisy(0.05), { region: small }).value as number, 12);
  expect(result).toHaveProperty('note', '1 of 5 scales, the region being too small for more; weights renormalised');
});

test.each([
  [176, 5],
  [175, 4],
  [88, 4],
  [87, 3],
  [44, 3],
])('A square of %i pixels has room for %i scales', (edge, scales) => {
  const region = boxRegion(truth.shape, { top: 0, left: 0, rows: edge, cols: edge });
  const result = msSsim(truth, noisy(0.05), { region });
  const note = 'note' in result ? result.note : undefined;
  expect(note).toBe(scales === 5 ? undefined : `${scales} of 5 scales, the region being too small for more; weights renormalised`);
});

test('A photographic negative has no similarity, and the reason says so', () => {
  const negative = { shape: truth.shape, data: truth.data.map((value) => 2 - value) };
  expect(msSsim(truth, negative)).toMatchObject({
    value: null,
    reason: expect.stringMatching(/^the structure is anticorrelated at scale 1/),
  });
});

test.each([
  [10, 'no whole window of 11 pixels'],
  [0, 'empty'],
])('A square of %i pixels is too small', (edge, reason) => {
  const region = boxRegion([40, 40], { top: 0, left: 0, rows: edge, cols: edge });
  expect(msSsim(uniformNoise(1, [40, 40]), uniformNoise(2, [40, 40]), { region }).reason).toContain(reason);
});
