import { Random } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { NearestOthers } from '../../../packages/memmap-bridge/src/grouping/nearest-others.js';

interface Points {
  readonly xs: number[];
  readonly ys: number[];
}

/** The same by looking at all pairs: nearest first, the lower index first at equal distances. */
function bruteForce({ xs, ys }: Points, from: { index: number; count: number }): number[] {
  const squared = (j: number): number =>
    ((xs[j] as number) - (xs[from.index] as number)) ** 2 + ((ys[j] as number) - (ys[from.index] as number)) ** 2;
  return xs
    .map((_, j) => j)
    .filter((j) => j !== from.index)
    .sort((a, b) => squared(a) - squared(b) || a - b)
    .slice(0, from.count);
}

const random = new Random(0, 'nearest-others');
const draw = (length: number, of: (i: number) => number): number[] => Array.from({ length }, (_, i) => of(i));
const layouts: [string, Points][] = [
  ['a raster, where most distances are equal', { xs: draw(400, (i) => i % 20), ys: draw(400, (i) => Math.floor(i / 20)) }],
  ['random points', { xs: draw(500, () => random.uniform()), ys: draw(500, () => random.uniform()) }],
  ['a line', { xs: draw(100, () => random.uniform()), ys: draw(100, () => 3) }],
  ['clusters far apart', { xs: draw(300, (i) => 1e6 * (i % 3) + random.normal()), ys: draw(300, (i) => 1e3 * (i % 7) + random.normal()) }],
  ['one point', { xs: [1], ys: [2] }],
  ['two points', { xs: [1, 1], ys: [2, 2] }],
];

describe.each(layouts)('NearestOthers of %s', (_, points) => {
  it.each([1, 3, 8, 600])('finds the %d nearest in a fixed order', (count) => {
    const others = new NearestOthers({ ...points, count });
    const seen = new Set<number>();
    for (let slot = 0; slot < others.size; slot++) {
      const index = others.pointAt(slot);
      seen.add(index);
      const found = others.search(slot);
      expect([...others.found.subarray(0, found)]).toEqual(bruteForce(points, { index, count }));
    }
    expect(seen.size).toBe(points.xs.length);
  });
});

describe('NearestOthers', () => {
  it('is not slowed down by very many points at one place', () => {
    const zeros = new Float64Array(200_000);
    const others = new NearestOthers({ xs: zeros, ys: zeros, count: 5 });
    for (let slot = 0; slot < others.size; slot++) expect(others.search(slot)).toBe(5);
    expect([...others.squaredDistances]).toEqual([0, 0, 0, 0, 0]);
  });

  it('finds nothing when nothing is wanted', () => {
    expect(new NearestOthers({ xs: [1, 2], ys: [1, 2], count: 0 }).search(0)).toBe(0);
  });

  it('leaves out points that are nowhere', () => {
    const others = new NearestOthers({ xs: [0, Number.NaN, 1], ys: [0, 0, 0], count: 2 });
    for (let slot = 0; slot < 3; slot++) expect(others.search(slot)).toBe(Number.isNaN([0, Number.NaN, 1][others.pointAt(slot)]) ? 0 : 1);
  });
});
