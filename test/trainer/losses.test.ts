import { Random } from '@ptychokit/config';
import { abs, add, grad, scalar, square, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { maeLoss, poissonLoss, RATE_FLOOR, totalVariation, wrappedPhaseLoss } from '../../packages/trainer/src/losses.js';
import { onEveryEngine, randomTensor, testGradient } from '../contract/operator.js';

const SHAPE = [3, 2, 4, 5] as const;
const PER_SAMPLE = 40;

/** Sums over each sample of a function of two arrays, in double precision. */
function perSample(a: Tensor, b: Tensor, term: (a: number, b: number) => number): number[] {
  const [left, right] = [a.dataSync(), b.dataSync()];
  return [0, 1, 2].map((sample) => {
    let sum = 0;
    for (let i = sample * PER_SAMPLE; i < (sample + 1) * PER_SAMPLE; i++) sum += term(left[i] as number, right[i] as number);
    return sum;
  });
}

const expectClose = (actual: Tensor, expected: readonly number[]): void => {
  expect(actual.shape).toEqual([expected.length]);
  const scale = Math.max(...expected.map(Math.abs), 1e-12);
  actual.dataSync().forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number)) / scale).toBeLessThan(1e-5);
  });
};

const rates = (seed: number): Tensor => add(square(randomTensor(SHAPE, new Random(seed))), 0.2);

/** Whole numbers with some zeros among them. */
const counts = (): Tensor => {
  const random = new Random(2);
  return tensor(
    Float32Array.from({ length: 3 * PER_SAMPLE }, () => random.poisson(1.5)),
    [...SHAPE],
  );
};

onEveryEngine('poissonLoss', () => {
  it('is r - n log r above that of r = n, summed over each sample', () => {
    const expected = perSample(rates(1), counts(), (r, n) => r - n * Math.log(r) - (n > 0 ? n - n * Math.log(n) : 0));
    expectClose(poissonLoss(rates(1), counts()), expected);
  });

  it('is 0 for a perfect prediction and positive for any other', () => {
    const n = add(counts(), 1);
    expect(Array.from(poissonLoss(n, n).dataSync())).toEqual([0, 0, 0]);
    for (const factor of [0.5, 0.99, 1.01, 3])
      for (const value of poissonLoss(n.mul(factor), n).dataSync()) expect(value).toBeGreaterThan(0);
  });

  it('is r where nothing was counted', () => {
    expectClose(
      poissonLoss(rates(1), zeros([...SHAPE])),
      perSample(rates(1), rates(1), (r) => r),
    );
  });

  it('is finite for the lowest rate', () => {
    const lowest = zeros([...SHAPE]).add(RATE_FLOOR);
    for (const value of poissonLoss(lowest, counts()).dataSync()) expect(Number.isFinite(value)).toBe(true);
  });

  testGradient('has the gradient of finite differences', {
    of: (r) =>
      poissonLoss(square(r as Tensor), counts())
        .mul(tensor([1, 2, 3]))
        .sum(),
    at: () => [rates(3)],
    step: 1e-3,
  });

  it('has the gradient 1 - n / r', () => {
    const gradient = grad((r: Tensor) => poissonLoss(r, counts()).sum())(rates(1));
    const [r, n] = [rates(1).dataSync(), counts().dataSync()];
    gradient.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(1 - (n[i] as number) / (r[i] as number), 3);
    });
  });
});

onEveryEngine('maeLoss', () => {
  const [a, b] = [() => randomTensor(SHAPE, new Random(4)), () => randomTensor(SHAPE, new Random(5))];

  it('is the mean of |a - b| of each sample', () => {
    expectClose(
      maeLoss(a(), b()),
      perSample(a(), b(), (x, y) => Math.abs(x - y) / PER_SAMPLE),
    );
    expect(Array.from(maeLoss(a(), a()).dataSync())).toEqual([0, 0, 0]);
  });

  testGradient('has the gradient of finite differences', {
    of: (x) =>
      maeLoss(square(x as Tensor), zeros([...SHAPE]))
        .mul(tensor([1, 2, 3]))
        .sum(),
    at: () => [a()],
    step: 1e-3,
    tolerance: 2e-2,
  });
});

onEveryEngine('totalVariation', () => {
  it('sums the differences of neighbours in each direction and divides by the pixels', () => {
    const image = randomTensor(SHAPE, new Random(6));
    const at = image.dataSync();
    const expected = [0, 0, 0];
    for (let i = 0; i < at.length; i++) {
      const [row, column, sample] = [Math.floor(i / 5) % 4, i % 5, Math.floor(i / PER_SAMPLE)];
      const down = row < 3 ? Math.abs((at[i + 5] as number) - (at[i] as number)) : 0;
      const right = column < 4 ? Math.abs((at[i + 1] as number) - (at[i] as number)) : 0;
      expected[sample] = (expected[sample] as number) + (down + right) / PER_SAMPLE;
    }
    expectClose(totalVariation([image]), expected);
    expectClose(
      totalVariation([image, image.mul(2)]),
      expected.map((value) => 3 * value),
    );
  });

  it('is 0 for flat patches', () => {
    expect(Array.from(totalVariation([zeros([2, 1, 4, 4]).add(3)]).dataSync())).toEqual([0, 0]);
  });

  testGradient('has the gradient of finite differences', {
    of: (x) =>
      totalVariation([x as Tensor])
        .mul(tensor([1, 2, 3]))
        .sum(),
    at: () => [randomTensor(SHAPE, new Random(7))],
    // Short against the kinks of the modulus, so that rounding shows.
    step: 3e-4,
    tolerance: 8e-2,
  });
});

describe('wrappedPhaseLoss', () => {
  it.each([
    ['equal angles', 1, 1, 0],
    ['a whole turn apart', Math.PI, -Math.PI, 0],
    ['across the cut', 3, -3, 2 * Math.PI - 6],
    ['half a turn', Math.PI / 2, -Math.PI / 2, Math.PI],
    ['two turns and a bit', 4 * Math.PI + 0.25, 0, 0.25],
    ['no wrap', -1, 0.5, 1.5],
  ])('of %s is the shorter way round', (_, a, b, expected) => {
    expect(wrappedPhaseLoss(tensor([[a]]), tensor([[b]])).dataSync()[0]).toBeCloseTo(expected, 5);
  });

  it('is the mean over each sample', () => {
    const [a, b] = [randomTensor(SHAPE, new Random(8)).mul(3), randomTensor(SHAPE, new Random(9)).mul(3)];
    expectClose(
      wrappedPhaseLoss(a, b),
      perSample(a, b, (x, y) => Math.abs(Math.atan2(Math.sin(x - y), Math.cos(x - y))) / PER_SAMPLE),
    );
  });

  testGradient('has the gradient of finite differences', {
    of: (x) =>
      wrappedPhaseLoss(square(x as Tensor), scalar(0.3))
        .mul(tensor([1, 2, 3]))
        .sum(),
    at: () => [add(abs(randomTensor(SHAPE, new Random(10))), 0.7).minimum(1.7)],
    step: 3e-4,
    tolerance: 8e-2,
  });
});
