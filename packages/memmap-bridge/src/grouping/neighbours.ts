import { NearestOthers } from './nearest-others.js';

/** The nearest other images of every image. */
export interface Neighbours {
  /** Columns of `indices` (K). */
  readonly width: number;
  /** `[n, K]`, nearest first; rows of scans with fewer than K other images end with -1. */
  readonly indices: Int32Array;
}

/** Scan positions, one per image. */
export interface ScanPositions {
  readonly xcoords: ArrayLike<number>;
  readonly ycoords: ArrayLike<number>;
  /** Images of different scans are never neighbours. */
  readonly scanIndex: ArrayLike<number>;
}

/**
 * The `count` nearest other images of every image, in O(n log n); at equal distances the image that comes first in `images`.
 *
 * @param options.images indices of the images to consider; results are positions in this list
 */
export function nearestNeighbours(positions: ScanPositions, options: { readonly images: Int32Array; readonly count: number }): Neighbours {
  const { images, count } = options;
  const indices = new Int32Array(images.length * count).fill(-1);
  for (const scan of imagesByScan(positions, images)) fillScan({ positions, images, count, indices }, scan);
  return { width: count, indices };
}

/** Positions in `images`, one list for each scan. */
export function imagesByScan(positions: Pick<ScanPositions, 'scanIndex'>, images: Int32Array): Int32Array[] {
  const scans = new Map<number, number[]>();
  for (let i = 0; i < images.length; i++) {
    const scan = positions.scanIndex[images[i] as number] as number;
    const list = scans.get(scan);
    if (list === undefined) scans.set(scan, [i]);
    else list.push(i);
  }
  return [...scans.values()].map((list) => Int32Array.from(list));
}

interface Filling {
  readonly positions: ScanPositions;
  readonly images: Int32Array;
  readonly count: number;
  readonly indices: Int32Array;
}

function fillScan({ positions, images, count, indices }: Filling, scan: Int32Array): void {
  const xs = Float64Array.from(scan, (i) => positions.xcoords[images[i] as number] as number);
  const ys = Float64Array.from(scan, (i) => positions.ycoords[images[i] as number] as number);
  const others = new NearestOthers({ xs, ys, count });
  for (let slot = 0; slot < others.size; slot++) {
    const found = others.search(slot);
    const row = (scan[others.pointAt(slot)] as number) * count;
    for (let k = 0; k < found; k++) indices[row + k] = scan[others.found[k] as number] as number;
  }
}
