import { Random } from '@ptychokit/config';
import { pointGrid } from '@ptychokit/metrics';
import fc from 'fast-check';
import Flatbush from 'flatbush';
import { describe, expect, test } from 'vitest';

const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 60 });

function distances(found: readonly number[], xs: Float64Array, [ys, x, y]: readonly [Float64Array, number, number]): number[] {
  return found.map((i) => Math.hypot((xs[i] as number) - x, (ys[i] as number) - y));
}

describe('The neighbours of any place', () => {
  test('are those found by looking at every point', () => {
    fc.assert(
      fc.property(
        points,
        coordinate,
        coordinate,
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 80, noNaN: true }),
        (all, x, y, count, reach) => {
          const [xs, ys] = [Float64Array.from(all, ([value]) => value), Float64Array.from(all, ([, value]) => value)];
          const found = distances(pointGrid(xs, ys).neighbors(x, y, count, reach), xs, [ys, x, y]);
          const expected = distances([...xs.keys()], xs, [ys, x, y])
            .filter((d) => d <= reach)
            .sort((a, b) => a - b)
            .slice(0, count);
          expect(found).toEqual(expected);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  test('are found in a crowd too', () => {
    const random = new Random(1, 'crowd');
    const [xs, ys] = [0, 1].map(() => Float64Array.from({ length: 400 }, random.uniform)) as [Float64Array, Float64Array];
    const grid = pointGrid(xs, ys);
    for (let k = 0; k < 300; k++) {
      const [x, y] = [1.2 * random.uniform() - 0.1, 1.2 * random.uniform() - 0.1];
      const expected = distances([...xs.keys()], xs, [ys, x, y]).sort((a, b) => a - b);
      expect(distances(grid.neighbors(x, y, 5), xs, [ys, x, y])).toEqual(expected.slice(0, 5));
    }
  });

  test('are those of Flatbush, which can take its place', () => {
    const xs = Float64Array.from({ length: 100 }, (_, i) => (i * 7919) % 101);
    const ys = Float64Array.from({ length: 100 }, (_, i) => (i * 104729) % 103);
    const tree = new Flatbush(100);
    for (let i = 0; i < 100; i++) tree.add(xs[i] as number, ys[i] as number);
    tree.finish();
    const grid = pointGrid(xs, ys);
    expect(distances(grid.neighbors(50, 50, 12), xs, [ys, 50, 50])).toEqual(distances(tree.neighbors(50, 50, 12), xs, [ys, 50, 50]));
  });

  test.each([
    ['a point', [3], [4]],
    ['equal points', [3, 3, 3], [4, 4, 4]],
    ['a line', [1, 2, 3, 4], [0, 0, 0, 0]],
  ])('are found among %s', (_, xs, ys) => {
    expect(pointGrid(Float64Array.from(xs), Float64Array.from(ys)).neighbors(3, 4)).toHaveLength(xs.length);
  });

  test('are none among no points', () => {
    expect(pointGrid(new Float64Array(0), new Float64Array(0)).neighbors(0, 0, 3)).toEqual([]);
  });
});
