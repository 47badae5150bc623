import { describe, expect, it } from 'vitest';
import { percentileRange } from '../../../../packages/study/src/report/figures/display-range.js';

describe('percentileRange', () => {
  const ramp = Float32Array.from({ length: 1001 }, (_, i) => i);

  it('cuts the given fractions off both ends', () => {
    expect(percentileRange(ramp, { fractions: [0.1, 0.9] })).toEqual([100, 900]);
  });

  it('is not moved by a few wild pixels', () => {
    const wild = Float32Array.from(ramp);
    wild[7] = 1e9;
    expect(percentileRange(wild)[1]).toBeLessThan(1001);
  });

  it('looks only inside the region', () => {
    const region = Uint8Array.from(ramp, (value) => (value < 101 ? 1 : 0));
    expect(percentileRange(ramp, { region, fractions: [0, 1] })).toEqual([0, 100]);
  });

  it('leaves out values that are no numbers', () => {
    expect(percentileRange(Float32Array.of(Number.NaN, 1, 2, Number.POSITIVE_INFINITY), { fractions: [0, 1] })).toEqual([1, 2]);
  });

  it.each([
    ['a constant', Float32Array.of(4, 4, 4), [3.98, 4.02]],
    ['zero', Float32Array.of(0, 0), [-0.0005, 0.0005]],
    ['nothing', new Float32Array(0), [0, 1]],
  ])('gives %s a range of some width', (_, values, [low, high]) => {
    const range = percentileRange(values);
    expect(range[0]).toBeCloseTo(low as number, 6);
    expect(range[1]).toBeCloseTo(high as number, 6);
  });
});
