import { Random } from '@ptychokit/config';
import { linesMap } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

const moments = (data: Float64Array): { mean: number; deviation: number } => {
  const mean = data.reduce((a, b) => a + b, 0) / data.length;
  return { mean, deviation: Math.sqrt(data.reduce((a, b) => a + (b - mean) ** 2, 0) / data.length) };
};

describe('linesMap', () => {
  it('has the density and contrast of the published lines objects, everywhere bright', () => {
    // Published (one object of 392 pixels): mean 2.89, standard deviation 0.64, range 0.85 to 4.94.
    const { data } = linesMap({ height: 392, width: 392, random: new Random(1) });
    const { mean, deviation } = moments(data);
    expect(mean).toBeGreaterThan(2.3);
    expect(mean).toBeLessThan(3.4);
    expect(deviation).toBeGreaterThan(0.45);
    expect(deviation).toBeLessThan(0.9);
    expect(data.every((value) => value > 0 && value < 8)).toBe(true);
  });

  it('repeats with its seed, seed 0 included', () => {
    const draw = (seed: number): Float64Array => linesMap({ height: 40, width: 50, random: new Random(seed), count: 20 }).data;
    expect(draw(0)).toEqual(draw(0));
    expect(draw(0)).not.toEqual(draw(1));
    expect(draw(0).length).toBe(2000);
  });

  it('is empty without lines and brighter with more', () => {
    const mean = (count: number): number => moments(linesMap({ height: 64, width: 64, random: new Random(2), count }).data).mean;
    expect(mean(0)).toBe(0);
    expect(mean(60)).toBeGreaterThan(1.5 * mean(20));
  });
});
