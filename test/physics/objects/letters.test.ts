import { Random } from '@ptychokit/config';
import { lettersMap } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

describe('lettersMap', () => {
  it('covers part of the area with values of 0 … 1', () => {
    const { data } = lettersMap({ height: 120, width: 160, random: new Random(1) });
    expect(data.every((value) => value >= 0 && value <= 1)).toBe(true);
    const covered = data.filter((value) => value > 0.2).length / data.length;
    expect(covered).toBeGreaterThan(0.15);
    expect(covered).toBeLessThan(0.9);
  });

  it('draws letters that can be told apart: an I is thinner than an M', () => {
    const ink = (alphabet: string): number =>
      lettersMap({ height: 60, width: 60, random: new Random(2), alphabet, count: 1, heightPx: [30, 30], edgeSigma: 0 }).data.filter(
        (v) => v > 0,
      ).length;
    // Cells of the patterns: 11 for I, 18 for M.
    expect(ink('M') / ink('I')).toBeCloseTo(18 / 11, 0);
  });

  it('repeats with its seed', () => {
    const draw = (seed: number): Float64Array => lettersMap({ height: 30, width: 30, random: new Random(seed) }).data;
    expect(draw(0)).toEqual(draw(0));
    expect(draw(0)).not.toEqual(draw(1));
  });

  it.each(['', 'AB1'])('refuses the alphabet "%s"', (alphabet) => {
    expect(() => lettersMap({ height: 8, width: 8, random: new Random(1), alphabet })).toThrow(/letters of A to Z/);
  });
});
