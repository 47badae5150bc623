import { join } from 'node:path';
import { Random } from '@ptychokit/config';
import { NpzFile, nearestNeighbours, type ScanPositions, toFloat64 } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { fixturesDir } from '../../support/shared-data.js';

const range = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

function randomPositions(count: number, scans = 1): ScanPositions {
  const random = new Random(0, 'neighbours', count, scans);
  const coordinates = (): Float64Array => Float64Array.from({ length: count }, () => 100 * random.uniform());
  return { xcoords: coordinates(), ycoords: coordinates(), scanIndex: Int32Array.from({ length: count }, () => random.integer(scans)) };
}

/** Distances to the nearest others by looking at all pairs. */
function bruteForce(positions: ScanPositions, options: { image: number; images: Int32Array; count: number }): number[] {
  const { xcoords, ycoords, scanIndex } = positions;
  const distance = (other: number): number =>
    Math.hypot(
      (xcoords[other] as number) - (xcoords[options.image] as number),
      (ycoords[other] as number) - (ycoords[options.image] as number),
    );
  const others = [...options.images].filter((other) => other !== options.image && scanIndex[other] === scanIndex[options.image]);
  return others
    .map(distance)
    .sort((a, b) => a - b)
    .slice(0, options.count);
}

function expectNearest(positions: ScanPositions, images: Int32Array, count: number): void {
  const { width, indices } = nearestNeighbours(positions, { images, count });
  expect(width).toBe(count);
  images.forEach((image, row) => {
    const found = [...indices.subarray(row * count, (row + 1) * count)]
      .filter((position) => position >= 0)
      .map((position) => images[position] as number);
    expect(found).not.toContain(image);
    expect(new Set(found).size).toBe(found.length);
    const distances = found.map((other) =>
      Math.hypot(
        (positions.xcoords[other] as number) - (positions.xcoords[image] as number),
        (positions.ycoords[other] as number) - (positions.ycoords[image] as number),
      ),
    );
    expect(distances).toEqual(bruteForce(positions, { image, images, count }));
    for (const other of found) expect(positions.scanIndex[other]).toBe(positions.scanIndex[image]);
  });
}

describe('nearestNeighbours', () => {
  it.each([1, 4, 7, 30])('finds the %d nearest others, nearest first', (count) => {
    expectNearest(randomPositions(200), range(200), count);
  });

  it('never crosses from one scan to another', () => {
    expectNearest(randomPositions(200, 5), range(200), 7);
  });

  it('looks at the chosen images only', () => {
    expectNearest(randomPositions(200, 2), Int32Array.of(3, 5, 8, 13, 21, 34, 55, 89, 144), 3);
  });

  it('ends short rows with -1', () => {
    const { indices } = nearestNeighbours(randomPositions(3), { images: range(3), count: 4 });
    expect(indices).toHaveLength(12);
    for (let row = 0; row < 3; row++) expect([...indices.subarray(4 * row + 2, 4 * row + 4)]).toEqual([-1, -1]);
  });

  it('copes with many images at one place', () => {
    const positions = { xcoords: new Float64Array(20).fill(3), ycoords: new Float64Array(20).fill(4), scanIndex: new Int32Array(20) };
    expectNearest(positions, range(20), 5);
  });

  it.skipIf(fixturesDir() === undefined)('finds the same neighbours as the reference program, where distances differ', async () => {
    const npz = await NpzFile.open(join(fixturesDir() as string, 'parity/grouping_gs2.npz'));
    for (const scan of ['raster', 'random']) {
      const [xcoords, ycoords] = [toFloat64(await npz.read(`${scan}_xcoords`)), toFloat64(await npz.read(`${scan}_ycoords`))];
      const expected = (await npz.read(`${scan}_knn8`)).data as BigInt64Array;
      const { indices } = nearestNeighbours({ xcoords, ycoords, scanIndex: new Int32Array(200) }, { images: range(200), count: 7 });
      const distance = (i: number, j: number): number =>
        Math.hypot((xcoords[i] as number) - (xcoords[j] as number), (ycoords[i] as number) - (ycoords[j] as number));
      let same = 0;
      let worst = 0;
      for (let i = 0; i < 200; i++) {
        for (let k = 0; k < 7; k++) {
          const ours = indices[7 * i + k] as number;
          const theirs = Number(expected[8 * i + k + 1]);
          worst = Math.max(worst, Math.abs(distance(i, ours) - distance(i, theirs)));
          if (ours === theirs) same++;
        }
      }
      expect(worst).toBeLessThan(1e-10);
      if (scan === 'random') expect(same).toBe(1400);
    }
    await npz.close();
  });
});
