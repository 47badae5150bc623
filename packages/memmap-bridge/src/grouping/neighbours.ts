import Flatbush from 'flatbush';

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
 * The `count` nearest other images of every image, in O(n log n).
 *
 * @param images indices of the images to consider; results are positions in this list
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
  const tree = new Flatbush(scan.length);
  for (const i of scan) {
    const image = images[i] as number;
    const x = positions.xcoords[image] as number;
    const y = positions.ycoords[image] as number;
    tree.add(x, y, x, y);
  }
  tree.finish();
  for (let s = 0; s < scan.length; s++) {
    const i = scan[s] as number;
    const image = images[i] as number;
    const found = tree.neighbors(positions.xcoords[image] as number, positions.ycoords[image] as number, count + 1);
    let at = i * count;
    const end = at + count;
    // The image itself is among them, except where more than `count` others share its position.
    for (let k = 0; k < found.length && at < end; k++) if (found[k] !== s) indices[at++] = scan[found[k] as number] as number;
  }
}
