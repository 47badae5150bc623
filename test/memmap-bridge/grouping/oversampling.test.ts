import { Random } from '@ptychokit/config';
import { type Neighbours, nearestNeighbours } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { countMemberSets, drawMemberSets } from '../../../packages/memmap-bridge/src/grouping/oversampling.js';

function neighboursOf(count: number, options: { near: number; seed?: number }): Neighbours {
  const random = new Random(options.seed ?? 0, 'oversampling', count);
  const coordinates = (): Float64Array => Float64Array.from({ length: count }, () => random.uniform());
  const images = Int32Array.from({ length: count }, (_, i) => i);
  return nearestNeighbours(
    { xcoords: coordinates(), ycoords: coordinates(), scanIndex: new Int32Array(count) },
    { images, count: options.near },
  );
}

const rowOf = ({ indices, width }: Neighbours, image: number): number[] =>
  [...indices.subarray(image * width, (image + 1) * width)].filter((i) => i >= 0);

/** All sets, by trying every combination of every seed. */
function allSets(neighbours: Neighbours, channels: number): Set<string> {
  const sets = new Set<string>();
  const extend = (group: number[], from: number[]): void => {
    if (group.length === channels) sets.add([...group].sort((a, b) => a - b).join());
    else for (const [i, next] of from.entries()) extend([...group, next], from.slice(i + 1));
  };
  for (let seed = 0; seed < neighbours.indices.length / neighbours.width; seed++) extend([seed], rowOf(neighbours, seed));
  return sets;
}

const draw = (neighbours: Neighbours, options: { channels: number; wanted: number; seed?: number; sequential?: boolean }): number[][] => {
  const members = drawMemberSets({ neighbours, sequential: false, ...options, random: new Random(options.seed ?? 0, 'draw') });
  return Array.from({ length: members.length / options.channels }, (_, g) => [
    ...members.subarray(g * options.channels, (g + 1) * options.channels),
  ]);
};

const shapes = [
  { count: 40, near: 7, channels: 4 },
  { count: 12, near: 5, channels: 4 },
  { count: 6, near: 8, channels: 4 },
  { count: 15, near: 10, channels: 9 },
  { count: 4, near: 4, channels: 4 },
];

describe('drawMemberSets', () => {
  it.each(shapes)(
    'draws a seed and nearest others, every image once as a seed, for $count images of $near neighbours in groups of $channels',
    (shape) => {
      const neighbours = neighboursOf(shape.count, shape);
      const exist = allSets(neighbours, shape.channels).size;
      const groups = draw(neighbours, { ...shape, wanted: Math.min(shape.count, exist) });
      expect(groups).toHaveLength(Math.min(shape.count, exist));
      for (const [seed, ...others] of groups) {
        for (const other of others) expect(rowOf(neighbours, seed as number)).toContain(other);
        expect(new Set(others).size).toBe(shape.channels - 1);
      }
      expect(new Set(groups.flat()).size).toBe(shape.count);
    },
  );

  it.each(shapes)('draws every set that exists exactly once: $count images, $near neighbours, groups of $channels', (shape) => {
    const neighbours = neighboursOf(shape.count, shape);
    const expected = allSets(neighbours, shape.channels);
    const groups = draw(neighbours, { ...shape, wanted: expected.size + 10 });
    expect(groups).toHaveLength(expected.size);
    expect(new Set(groups.map((group) => [...group].sort((a, b) => a - b).join()))).toEqual(expected);
  });

  it('spreads further groups evenly over the seeds', () => {
    const neighbours = neighboursOf(60, { near: 9 });
    const perSeed = new Map<number, number>();
    for (const [seed] of draw(neighbours, { channels: 4, wanted: 60 * 3 + 20 }))
      perSeed.set(seed as number, (perSeed.get(seed as number) ?? 0) + 1);
    const counts = [...perSeed.values()];
    expect([perSeed.size, Math.min(...counts), Math.max(...counts)]).toEqual([60, 3, 4]);
    const fourth = [...perSeed].filter(([, count]) => count === 4).map(([seed]) => seed);
    expect(Math.max(...fourth)).toBeGreaterThan(40); // not just the first seeds
  });

  it('repeats itself for a seed, 0 included, and differs for another', () => {
    const neighbours = neighboursOf(50, { near: 7 });
    const options = { channels: 4, wanted: 70 };
    expect(draw(neighbours, { ...options, seed: 0 })).toEqual(draw(neighbours, { ...options, seed: 0 }));
    expect(draw(neighbours, { ...options, seed: 1 })).not.toEqual(draw(neighbours, { ...options, seed: 0 }));
  });

  it('takes all neighbours equally often', () => {
    const neighbours = neighboursOf(2000, { near: 7 });
    const ranks = new Float64Array(7);
    for (const [seed, ...others] of draw(neighbours, { channels: 4, wanted: 2000 })) {
      for (const other of others) ranks[rowOf(neighbours, seed as number).indexOf(other)]! += 1;
    }
    const expected = (2000 * 3) / 7;
    for (const count of ranks) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('takes the first seeds when it is sequential, random ones otherwise', () => {
    const neighbours = neighboursOf(50, { near: 7 });
    const seeds = (sequential: boolean): number[] =>
      draw(neighbours, { channels: 4, wanted: 5, sequential }).map(([seed]) => seed as number);
    expect(seeds(true)).toEqual([0, 1, 2, 3, 4]);
    expect(seeds(false)).not.toEqual([0, 1, 2, 3, 4]);
  });

  it('draws where the combinations are too many to number', () => {
    const neighbours = neighboursOf(220, { near: 200 });
    const groups = draw(neighbours, { channels: 16, wanted: 500 });
    expect(new Set(groups.map((group) => [...group].sort((a, b) => a - b).join())).size).toBe(500);
    for (const group of groups) expect(new Set(group).size).toBe(16);
  });
});

describe('countMemberSets', () => {
  it.each(shapes)('counts sets, not draws: $count images, $near neighbours, groups of $channels', (shape) => {
    const neighbours = neighboursOf(shape.count, shape);
    expect(countMemberSets(neighbours, shape.channels)).toEqual({ count: allSets(neighbours, shape.channels).size, exact: true });
  });

  it('gives an upper bound where there are too many', () => {
    expect(countMemberSets(neighboursOf(100, { near: 30 }), 9)).toEqual({ count: 100 * 5852925, exact: false });
  });
});
