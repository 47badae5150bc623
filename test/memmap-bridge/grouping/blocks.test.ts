import { countGroups, GroupingError, type GroupingOptions, groupFrames, RawData } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { syntheticScan } from '../support/synthetic-scan.js';

/** A raster of `columns` x `rows` images, displaced by up to `jitter` along each axis. */
function raster(options: { columns: number; rows: number; stepX?: number; stepY?: number; jitter?: number; scans?: number }): RawData {
  const { columns, rows, stepX = 4, stepY = 4, jitter = 0, scans = 1 } = options;
  const scan = syntheticScan({ frameCount: columns * rows * scans, frameSize: 2 });
  const inScan = (i: number): number => i % (columns * rows);
  const displaced = (place: number, value: number): number => place + jitter * (2 * (value - Math.floor(value)) - 1);
  const xcoords = scan.xcoords.map((value, i) => displaced(10 + stepX * (inScan(i) % columns), value));
  const ycoords = scan.ycoords.map((value, i) => displaced(10 + stepY * Math.floor(inScan(i) / columns), value));
  return RawData.fromArrays({ ...scan, xcoords, ycoords, scanIndex: scan.scanIndex.map((_, i) => Math.floor(i / (columns * rows))) });
}

const options: GroupingOptions = {
  gridsize: 2,
  groupLayout: 'blocks',
  neighborCount: 7,
  nGroups: null,
  nSubsample: null,
  subsampleSeed: null,
  sequentialSampling: false,
  seed: 42,
};
const blocks = (raw: RawData, some: Partial<GroupingOptions> = {}): number[][] => {
  const { members, channels, groupCount } = groupFrames(raw, { ...options, ...some });
  return Array.from({ length: groupCount }, (_, g) => [...members.subarray(g * channels, (g + 1) * channels)]);
};

describe('Groups in blocks', () => {
  it('are the blocks of neighbouring scan points, each once, line by line from the top left', () => {
    expect(blocks(raster({ columns: 4, rows: 3 }))).toEqual([
      [0, 1, 4, 5],
      [1, 2, 5, 6],
      [2, 3, 6, 7],
      [4, 5, 8, 9],
      [5, 6, 9, 10],
      [6, 7, 10, 11],
    ]);
    expect(blocks(raster({ columns: 4, rows: 3 }), { gridsize: 3, neighborCount: 9 })).toEqual([
      [0, 1, 2, 4, 5, 6, 8, 9, 10],
      [1, 2, 3, 5, 6, 7, 9, 10, 11],
    ]);
  });

  it('do not hang on the order of the images in the file', () => {
    const scan = raster({ columns: 4, rows: 3 });
    const shuffled = scan.subset([7, 2, 11, 0, 5, 9, 1, 10, 4, 3, 8, 6]);
    const places = (raw: RawData): string[] =>
      blocks(raw)
        .map((members) => members.map((i) => `${raw.xcoords[i]},${raw.ycoords[i]}`).join(' '))
        .sort();
    expect(places(shuffled)).toEqual(places(scan));
  });

  it.each([
    ['steps that differ', { stepX: 3, stepY: 5 }],
    ['jitter', { jitter: 0.9 }],
  ])('hold every image of a raster with %s, the right one in each corner', (_, more) => {
    const raw = raster({ columns: 9, rows: 7, ...more });
    const found = blocks(raw);
    expect(found).toHaveLength(8 * 6);
    expect(new Set(found.flat()).size).toBe(63);
    for (const [a, b, c, d] of found) expect([b, c, d]).toEqual([(a as number) + 1, (a as number) + 9, (a as number) + 10]);
  });

  it('reach round a gap to the images that begin no block to the right and downwards', () => {
    const ring = raster({ columns: 3, rows: 3 }).subset([0, 1, 3, 4, 5, 7, 8]); // without the corners at the top right and bottom left
    expect(blocks(ring)).toEqual([
      [0, 1, 2, 3],
      [3, 4, 5, 6],
    ]);
  });

  it('begin at the top left, from whichever image they were found', () => {
    // A fine raster of 5 x 5, whose images have their seven nearest among themselves, and two images to its right.
    const fine = Array.from({ length: 25 }, (_, i) => [i % 5, Math.floor(i / 5)] as const);
    const places = [...fine, [10, 1], [10, 3]] as const;
    const scan = syntheticScan({ frameCount: places.length, frameSize: 2 });
    const raw = RawData.fromArrays({
      ...scan,
      xcoords: Float64Array.from(places, ([x]) => x),
      ycoords: Float64Array.from(places, ([, y]) => y),
    });
    const found = blocks(raw);
    expect(found).toHaveLength(17);
    expect(found.at(-1)).toEqual([9, 25, 19, 26]);
  });

  it('are drawn by seed or in order, and no more than there are', () => {
    const raw = raster({ columns: 6, rows: 6 });
    const all = blocks(raw).map(String);
    const some = blocks(raw, { nGroups: 10 }).map(String);
    expect(some).toHaveLength(10);
    expect(all.filter((block) => some.includes(block))).toEqual(some);
    expect(blocks(raw, { nGroups: 10, seed: 7 }).map(String)).not.toEqual(some);
    expect(blocks(raw, { nGroups: 2, sequentialSampling: true }).map(String)).toEqual(all.slice(0, 2));
    expect(countGroups(raw, options)).toEqual({ count: 25, exact: true });
    expect(() => blocks(raw, { nGroups: 26 })).toThrow(/26 distinct groups are asked for; 25 exist[\s\S]*set nGroups to at most 25/);
  });

  it('keep scans apart that lie on each other', () => {
    const two = raster({ columns: 3, rows: 3, scans: 2 });
    expect(blocks(two)).toHaveLength(8);
    for (const members of blocks(two)) expect(new Set(members.map((image) => Math.floor(image / 9))).size).toBe(1);
  });

  it('are refused where images would be left out', () => {
    const line = raster({ columns: 8, rows: 1 });
    expect(() => blocks(line)).toThrow(GroupingError);
    expect(() => blocks(line)).toThrow(/8 of 8 images are in no block of 2 x 2 images[\s\S]*groupLayout to 'neighbours'/);
    expect(() => blocks(raster({ columns: 4, rows: 3 }), { gridsize: 4, neighborCount: 16 })).toThrow(/Scan 0 has 12 of the 16/);
    expect(() => blocks(raster({ columns: 9, rows: 2 }), { gridsize: 3, neighborCount: 9 })).toThrow(
      /18 of 18 images are in no block of 3/,
    );
    // So far apart along y that the nearest seven all lie in the same line.
    expect(() => blocks(raster({ columns: 20, rows: 5, stepY: 40 }))).toThrow(/raise neighborCount/);
  });
});
