import { Random } from '@ptychokit/config';
import { selectBySpacing } from '@ptychokit/study';
import { describe, expect, it } from 'vitest';
import { spacingBound } from '../../../packages/study/src/overlap/select-by-spacing.js';

function positions(count: number, scans = 1) {
  const random = new Random(3, 'positions', count);
  return {
    xcoords: Float64Array.from({ length: count }, () => 200 * random.uniform() - 50),
    ycoords: Float64Array.from({ length: count }, () => 100 * random.uniform()),
    scanIndex: Int32Array.from({ length: count }, (_, i) => i % scans),
  };
}

describe('selectBySpacing', () => {
  it.each([
    [300, 7, 1],
    [300, 40, 1],
    [300, 25, 2],
    [300, 500, 1],
  ])('keeps %d positions %d px apart in %d scans, and no other could be added', (count, spacing, scans) => {
    const all = positions(count, scans);
    const chosen = selectBySpacing(all, { spacing, random: new Random(1) });
    const near = (i: number, j: number): boolean =>
      all.scanIndex[i] === all.scanIndex[j] &&
      Math.hypot((all.xcoords[i] as number) - (all.xcoords[j] as number), (all.ycoords[i] as number) - (all.ycoords[j] as number)) <
        spacing;
    const set = new Set(chosen);
    for (const i of chosen) for (const j of chosen) if (i !== j) expect(near(i, j)).toBe(false);
    for (let i = 0; i < count; i++) if (!set.has(i)) expect(chosen.some((j) => near(i, j))).toBe(true);
    expect([...chosen]).toEqual([...chosen].sort((a, b) => a - b));
    expect(chosen.length).toBeLessThanOrEqual(scans * spacingBound({ width: 200, height: 100 }, spacing));
  });

  it('is decided by its seed', () => {
    const draw = (seed: number): Int32Array => selectBySpacing(positions(300), { spacing: 15, random: new Random(seed) });
    expect(draw(0)).toEqual(draw(0));
    expect(draw(0)).not.toEqual(draw(1));
  });

  it('keeps all without a spacing, and one of several at the same place', () => {
    expect(selectBySpacing(positions(20), { spacing: 0, random: new Random(1) }).length).toBe(20);
    const same = { xcoords: [5, 5, 5], ycoords: [5, 5, 5], scanIndex: [0, 0, 0] };
    expect(selectBySpacing(same, { spacing: 1, random: new Random(1) }).length).toBe(1);
  });
});
