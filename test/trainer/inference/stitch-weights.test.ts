import '@tensorflow/tfjs-node';
import { type ComplexArray, Random } from '@ptychokit/config';
import { expect, it } from 'vitest';
import { type StitchOptions, stitchWeightsFor } from '../../../packages/trainer/src/inference/stitch-weights.js';

const N = 8;

function randomProbe(modes = 0): ComplexArray {
  const random = new Random(1);
  const data = Float32Array.from({ length: 2 * Math.max(1, modes) * N * N }, () => random.normal());
  return { shape: modes === 0 ? [N, N] : [modes, N, N], data };
}

const weightsOf = (options: StitchOptions, probe = randomProbe()): Float32Array => stitchWeightsFor(probe, options);

/** First and last row and column that carry weight. */
function support(weights: Float32Array): number[] {
  const lit = Array.from(weights).flatMap((value, i) => (value > 0 ? [i] : []));
  const [rows, columns] = [lit.map((i) => Math.floor(i / N)), lit.map((i) => i % N)];
  return [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
}

it.each<[StitchOptions, number, number]>([
  [{ stitchWeights: 'uniform' }, 2, 5], // N/2
  [{ stitchWeights: 'uniform', stitchSize: null }, 2, 5],
  [{ stitchWeights: 'uniform', stitchSize: 2 }, 3, 4],
  [{ stitchWeights: 'uniform', stitchSize: 3 }, 2, 4],
  [{ stitchWeights: 'uniform', stitchSize: N }, 0, 7],
  [{}, 0, 7],
  [{ stitchWeights: 'probe' }, 0, 7],
  [{ stitchSize: 4 }, 2, 5],
])('%j counts rows and columns %i to %i', (options, first, last) => {
  expect(support(weightsOf(options))).toEqual([first, last, first, last]);
});

it('Uniform weights are all 1', () => {
  const weights = weightsOf({ stitchWeights: 'uniform' });
  expect(weights.filter((value) => value === 1)).toHaveLength(16);
  expect(weights.filter((value) => value === 0)).toHaveLength(48);
});

it('Probe weights are the intensity over its peak', () => {
  const { data } = randomProbe();
  const intensity = Array.from({ length: N * N }, (_, i) => (data[2 * i] as number) ** 2 + (data[2 * i + 1] as number) ** 2);
  const peak = Math.max(...intensity);
  for (const [i, value] of weightsOf({}).entries()) expect(value).toBeCloseTo((intensity[i] as number) / peak, 6);
});

it('The intensities of modes add', () => {
  const { data } = randomProbe(3);
  const intensity = Array.from({ length: N * N }, (_, i) =>
    [0, 1, 2].reduce(
      (sum, mode) => sum + (data[2 * (mode * N * N + i)] as number) ** 2 + (data[2 * (mode * N * N + i) + 1] as number) ** 2,
      0,
    ),
  );
  const weights = weightsOf({}, randomProbe(3));
  for (const [i, value] of weights.entries()) expect(value).toBeCloseTo((intensity[i] as number) / Math.max(...intensity), 6);
});

it.each([0, -1, 2.5, N + 1, Number.NaN])('A stitch size of %f is refused', (stitchSize) => {
  expect(() => weightsOf({ stitchSize })).toThrow(new RangeError(`expected a stitch size from 1 to ${N}, got ${stitchSize}`));
});
