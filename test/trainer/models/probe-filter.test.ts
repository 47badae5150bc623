import { Random } from '@ptychokit/config';
import type { ComplexPair } from '@ptychokit/physics';
import { type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { filterProbe } from '../../../packages/trainer/src/models/probe-filter.js';
import { maxDifference, randomPair } from '../../contract/operator.js';

const N = 64;
const settings = { N, probeMask: false, gaussianSmoothingSigma: 0 } as const;

/** One bright pixel in the real part. */
function point(row: number, column: number, modes = 0): ComplexPair {
  const data = new Float32Array(Math.max(1, modes) * N * N);
  data[row * N + column] = 1;
  const shape = modes === 0 ? [N, N] : [modes, N, N];
  return { re: tensor(data, shape), im: zeros(shape) };
}

it('Without smoothing and mask the probe passes as it is', () => {
  const probe = randomPair([N, N], new Random(1));
  expect(filterProbe(probe, settings)).toBe(probe);
});

describe('The mask', () => {
  const masked = (probe: ComplexPair): ComplexPair => filterProbe(probe, { ...settings, probeMask: true });

  it.each([
    ['the centre', 32, 32, 1],
    ['N/4 to the right', 32, 48, 1],
    ['N/4 up', 16, 32, 1],
    ['N/4 + 1 down', 49, 32, 0],
    ['a corner of the square around the disc', 44, 44, 0],
    ['inside on the diagonal', 43, 43, 1],
  ])('keeps or removes %s', (_, row, column, expected) => {
    expect(masked(point(row, column)).re.dataSync()[row * N + column]).toBe(expected);
  });

  it('is a disc of radius N/4 for real and imaginary part alike', () => {
    const ones = { re: zeros([N, N]).add(1), im: zeros([N, N]).add(2) };
    const { re, im } = masked(ones);
    const area = re.sum().dataSync()[0] as number;
    expect(area / (Math.PI * 16 ** 2)).toBeCloseTo(1, 1);
    expect(im.sum().dataSync()[0]).toBe(2 * area);
  });
});

describe('The smoothing', () => {
  const smoothed = (probe: ComplexPair, gaussianSmoothingSigma = 1.5): ComplexPair =>
    filterProbe(probe, { ...settings, gaussianSmoothingSigma });

  it('spreads a point as a Gaussian of the width asked for', () => {
    const image = smoothed(point(30, 35)).re.dataSync();
    for (const [dy, dx] of [
      [0, 0],
      [1, 0],
      [0, -2],
      [3, 3],
    ] as const) {
      // biome-ignore format: a table
      const expected = Math.exp(-(dx * dx + dy * dy) / (2 * 1.5 ** 2)) / (2 * Math.PI * 1.5 ** 2);
      expect(image[(30 + dy) * N + 35 + dx]).toBeCloseTo(expected, 6);
    }
  });

  it('keeps the sum away from the rim', () => {
    expect(smoothed(point(32, 32)).re.sum().dataSync()[0]).toBeCloseTo(1, 4);
  });

  it('treats every mode for itself', () => {
    const { re } = smoothed(point(30, 35, 2));
    expect(re.shape).toEqual([2, N, N]);
    const [first, second] = re.unstack() as [Tensor, Tensor];
    expect(maxDifference(first, smoothed(point(30, 35)).re)).toBe(0);
    expect(second.abs().max().dataSync()[0]).toBe(0);
  });

  it('comes before the mask, whose edge stays sharp', () => {
    const both = filterProbe(point(32, 48), { N, probeMask: true, gaussianSmoothingSigma: 1.5 }).re.dataSync();
    expect(both[32 * N + 48]).toBeCloseTo(1 / (2 * Math.PI * 1.5 ** 2), 6);
    expect(both[32 * N + 49]).toBe(0);
  });
});
