import { Random } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';

const draws = (random: Random, count = 5): number[] => Array.from({ length: count }, () => random.uniform());

describe('Random', () => {
  it.each([0, 1, -7, 2 ** 40])('repeats itself for seed %d', (seed) => {
    expect(draws(new Random(seed, 'a'))).toEqual(draws(new Random(seed, 'a')));
  });

  it('gives different numbers for different seeds and names', () => {
    const sets = [new Random(0, 'a'), new Random(1, 'a'), new Random(0, 'b'), new Random(0, 'a', 1)].map((r) => draws(r).join());
    expect(new Set(sets).size).toBe(4);
  });

  it('gives the same child stream however much of the parent was used', () => {
    const used = new Random(3);
    draws(used, 100);
    expect(draws(used.stream('x', 2))).toEqual(draws(new Random(3).stream('x', 2)));
  });

  it('goes on from a stored state', () => {
    const random = new Random(5, 'train');
    draws(random, 17);
    const copy = random.at(random.state);
    expect(draws(copy)).toEqual(draws(random));
  });

  it('is uniform: mean 1/2 and variance 1/12 within four standard errors', () => {
    const n = 20_000;
    const values = draws(new Random(0, 'moments'), n);
    const mean = values.reduce((a, b) => a + b) / n;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
  });

  it.each([0.1, 3, 40, 1e5])('draws Poisson deviates of mean %d', (mean) => {
    const n = 4000;
    const random = new Random(0, 'poisson');
    const values = Array.from({ length: n }, () => random.poisson(mean));
    const average = values.reduce((a, b) => a + b) / n;
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(mean / n));
  });

  it('draws normal deviates of mean 0 and variance 1, one at a time or many', () => {
    const n = 20_000;
    for (const values of [
      new Random(0, 'normal').normals(n),
      Float64Array.from({ length: n }, () => 0).map(
        (
          (r) => () =>
            r.normal()
        )(new Random(1)),
      ),
    ]) {
      const mean = values.reduce((a, b) => a + b) / n;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    }
  });

  it('permutes without loss', () => {
    expect([...new Random(0).permutation(100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d as a seed', (seed) => {
    expect(() => new Random(seed)).toThrow(/expected the seed to be an integer/);
  });
});
