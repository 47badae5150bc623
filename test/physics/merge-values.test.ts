import { Random } from '@ptychokit/config';
import { centreWeights, mergePatches, mergeValues } from '@ptychokit/physics';
import { mul, ones, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomPair, randomTensor } from '../contract/operator.js';

const [B, C, N] = [3, 4, 8];
const numbers = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>();
const largestDifference = (a: Float32Array, b: Float32Array): number => {
  expect(a).toHaveLength(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
};
const random = new Random(1);
const draw = (most: number): Float32Array => Float32Array.from({ length: 2 * B * C }, () => most * (2 * random.uniform() - 1));
const smooth = (): Tensor => randomTensor([N, N], new Random(2)).square().add(0.01);

describe('mergeValues', () => {
  const patches = randomPair([B, C, N, N], new Random(3));
  const flat = { re: ones([B, C, N, N]), im: ones([B, C, N, N]) };
  const whole = Float32Array.from({ length: 2 * B * C }, (_, i) => (i % 5) - 2);

  it.each([
    ['no offsets', new Float32Array(2 * B * C), smooth()],
    ['whole pixels', whole, smooth()],
    ['fractions of pixels', draw(2.5), smooth()],
    ['offsets beyond the patch', draw(12), smooth()],
    ['a sharp edge', draw(2.5), centreWeights(N)],
    ['weak weights', draw(2.5), mul(centreWeights(N), 0.01)],
    ['no weight to speak of', draw(2.5), mul(ones([N, N]), 1e-8)],
  ])('agrees with the merge on the engine: %s', (_, offsets, weights) => {
    const values = { re: numbers(patches.re), im: numbers(patches.im) };
    for (const divisorOffset of [0, 0.001]) {
      const merged = mergeValues(values, { offsets, channels: C, weights: numbers(weights), divisorOffset });
      const expected = mergePatches(patches, { offsets, size: N, weights, divisorOffset });
      expect(largestDifference(merged.re, numbers(expected.re))).toBeLessThan(1e-5);
      expect(largestDifference(merged.im, numbers(expected.im))).toBeLessThan(1e-5);
      // The fraction of its full value that a pixel holds is what becomes of ones, where no border of the patch dims them.
      const expectedCoverage = mergePatches(flat, { offsets: offsets.map(Math.round), size: N, weights, divisorOffset });
      const rounded = mergeValues(values, { offsets: offsets.map(Math.round), channels: C, weights: numbers(weights), divisorOffset });
      expect(largestDifference(rounded.coverage, numbers(expectedCoverage.re))).toBeLessThan(1e-5);
    }
  });

  it('refuses values that do not fit the offsets', () => {
    const weights = new Float32Array(N * N);
    const [re, im] = [new Float32Array(N * N), new Float32Array(N * N)];
    const merge = (count: number) => () =>
      mergeValues({ re, im }, { offsets: new Float32Array(2 * count), channels: C, weights, divisorOffset: 0 });
    expect(merge(C)).toThrow(/expected patches of groups of 4 with 64 pixels for 4 offsets, got 64 values/);
    expect(merge(1)).toThrow(RangeError);
  });
});
