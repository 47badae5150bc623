import { Random } from '@ptychokit/config';
import { randomFieldMap } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

describe('randomFieldMap', () => {
  it('lies within 0 … 1, touching both before the blur', () => {
    const { data, height, width } = randomFieldMap({ height: 30, width: 37, random: new Random(1), blurSigma: 0 });
    expect([height, width, data.length]).toEqual([30, 37, 1110]);
    expect(data.reduce((a, b) => Math.min(a, b))).toBe(0);
    expect(data.reduce((a, b) => Math.max(a, b))).toBe(1);
  });

  it('repeats with its seed', () => {
    const draw = (seed: number): Float64Array => randomFieldMap({ height: 16, width: 16, random: new Random(seed) }).data;
    expect(draw(0)).toEqual(draw(0));
    expect(draw(0)).not.toEqual(draw(1));
  });

  it('is smoother the steeper its spectrum', () => {
    const roughness = (exponent: number): number => {
      const { data } = randomFieldMap({ height: 64, width: 64, random: new Random(2), exponent, blurSigma: 0 });
      let differences = 0;
      let variance = 0;
      const mean = data.reduce((a, b) => a + b, 0) / data.length;
      for (let i = 1; i < data.length; i++) {
        differences += ((data[i] as number) - (data[i - 1] as number)) ** 2;
        variance += ((data[i] as number) - mean) ** 2;
      }
      return differences / variance; // 2 for white noise
    };
    expect(roughness(0)).toBeGreaterThan(1.8);
    expect(roughness(-0.4)).toBeLessThan(roughness(0));
    expect(roughness(-3)).toBeLessThan(0.3);
  });
});
