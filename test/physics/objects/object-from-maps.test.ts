import { complexAbs, complexPhase } from '@ptychokit/config';
import { objectFromMaps, phaseFromAmplitude, stretchMap } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

const map = (...values: number[]) => ({ height: 1, width: values.length, data: Float64Array.from(values) });

describe('objectFromMaps', () => {
  it('joins amplitude and phase, one of which may be left out', () => {
    const both = objectFromMaps({ amplitude: map(1, 2), phase: map(0.5, -3) });
    expect(both.shape).toEqual([1, 2]);
    expect(complexAbs(both)[1]).toBeCloseTo(2, 6);
    expect(complexPhase(both)[1]).toBeCloseTo(-3, 6);
    expect([...objectFromMaps({ amplitude: map(3) }).data]).toEqual([3, 0]);
    expect(complexAbs(objectFromMaps({ phase: map(2) }))[0]).toBeCloseTo(1, 6);
  });

  it('refuses maps of different shape, and none', () => {
    expect(() => objectFromMaps({ amplitude: map(1, 2), phase: map(1) })).toThrow(/one shape, got 1 x 2 and 1 x 1/);
    expect(() => objectFromMaps({})).toThrow(/got neither/);
  });
});

describe('stretchMap', () => {
  it('maps 0 … 1 to low … high', () => {
    expect([...stretchMap(map(0, 0.5, 1), { low: 2, high: 4 }).data]).toEqual([2, 3, 4]);
  });
});

describe('phaseFromAmplitude', () => {
  it('is pi tanh((A - max / 2) / (3 mean))', () => {
    const phase = phaseFromAmplitude(map(1, 2, 6)).data;
    [1, 2, 6].forEach((a, i) => {
      expect(phase[i]).toBeCloseTo(Math.PI * Math.tanh((a - 3) / 9), 12);
    });
  });
});
