import { Random } from '@ptychokit/config';
import { poisson, poissonCounts } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

const MEANS = [0.01, 0.3, 2.4, 9.99, 10, 37.5, 250, 2.4e5, 1e8];

/** Probabilities of 0 … limit by recursion. */
function probabilities(mean: number, limit: number): number[] {
  const values = [Math.exp(-mean)];
  for (let k = 1; k <= limit; k++) values.push(((values[k - 1] as number) * mean) / k);
  return values;
}

describe('poisson', () => {
  it.each(MEANS)('has mean and variance %f', (mean) => {
    const count = 100_000;
    const deviates = poissonCounts(new Float32Array(count).fill(1), { random: new Random(1, 'moments', mean), scale: mean });
    const average = deviates.reduce((a, b) => a + b, 0) / count;
    const variance = deviates.reduce((a, b) => a + (b - average) ** 2, 0) / (count - 1);
    expect(Math.abs(average - mean) / Math.sqrt(mean / count)).toBeLessThan(4);
    const spread = Math.sqrt((2 * mean * mean + mean) / count); // standard deviation of the sample variance
    expect(Math.abs(variance - mean) / spread).toBeLessThan(4);
  });

  it.each([0.3, 2.4, 9.99, 10, 12, 37.5, 250])('follows the distribution of mean %f (chi-squared)', (mean) => {
    const count = mean < 10 ? 200_000 : 2_000_000;
    const random = new Random(2, 'distribution', mean);
    const limit = Math.ceil(mean + 12 * Math.sqrt(mean) + 12);
    const observed = new Float64Array(limit + 1);
    for (let i = 0; i < count; i++) {
      const k = Math.min(limit, poisson(mean, random));
      observed[k] = (observed[k] as number) + 1;
    }
    // Cells of fewer than ten expected deviates are pooled.
    let [chi, cells, rest, restObserved] = [0, 0, 0, 0];
    probabilities(mean, limit).forEach((probability, k) => {
      rest += probability * count;
      restObserved += observed[k] as number;
      if (rest < 10) return;
      chi += (restObserved - rest) ** 2 / rest;
      cells += 1;
      [rest, restObserved] = [0, 0];
    });
    expect(Math.abs(chi - (cells - 1)) / Math.sqrt(2 * (cells - 1))).toBeLessThan(4);
  });

  it('is zero for mean zero and draws nothing', () => {
    const random = new Random(3);
    const before = random.state;
    expect(poisson(0, random)).toBe(0);
    expect(random.state).toEqual(before);
  });

  it.each([-1, Number.NaN])('refuses mean %f', (mean) => {
    expect(() => poisson(mean, new Random(1))).toThrow(/mean of at least 0/);
  });

  it('repeats with the same stream', () => {
    const draw = (seed: number): number[] =>
      Array.from(
        { length: 20 },
        (
          (random) => () =>
            poisson(5, random)
        )(new Random(seed)),
      );
    expect(draw(0)).toEqual(draw(0));
    expect(draw(0)).not.toEqual(draw(1));
  });
});

describe('poissonCounts', () => {
  it('gives the deviates of poisson in order, in place if asked', () => {
    const rates = Float32Array.of(0, 0.5, 40, 3, 1000);
    const random = new Random(4);
    const one = Array.from(rates, (rate) => poisson(2 * rate, random));
    expect([...poissonCounts(rates, { random: new Random(4), scale: 2 })]).toEqual(one);
    expect(rates[1]).toBe(0.5);
    expect(poissonCounts(rates, { random: new Random(4), scale: 2, into: rates })).toBe(rates);
    expect([...rates]).toEqual(one);
  });
});
