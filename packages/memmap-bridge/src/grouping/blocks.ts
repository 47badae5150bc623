import { MemberSets } from './member-sets.js';
import type { Neighbours } from './neighbours.js';

/** Where images lie, in the order of the rows of {@link Neighbours}. */
export interface ImagePlaces {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

/** Blocks, and the images that none of them holds. */
export interface Blocks {
  /** `[blocks, gridsize ** 2]` rows of the neighbours, each block line by line from its top left. */
  readonly members: Int32Array;
  /** Rows that are in no block. */
  readonly left: Int32Array;
}

/**
 * Blocks of `gridsize` x `gridsize` images that lie beside and below each other, each block once: on a raster the blocks of neighbouring
 * scan points (the groups of Hoidn et al., Sci. Rep. 13, 22789, 2023), so that a channel always is the same corner of its group.
 *
 * The image to the right of another is, of its neighbours whose displacement points more along +x than along y, the one that lies near
 * and little aside, and so on for the other three sides. Every image begins a block to the right and downwards where it can; one that is in no block then tries the
 * other directions.
 */
export function blocksOf(
  neighbours: Neighbours,
  { places, gridsize }: { readonly places: ImagePlaces; readonly gridsize: number },
): Blocks {
  const count = places.xs.length;
  const sides = sidesOf(neighbours, places);
  const sets = new MemberSets(2 * count, gridsize ** 2);
  const used = new Uint8Array(count);
  for (const direction of DIRECTIONS) {
    for (let seed = 0; seed < count; seed++) {
      if (direction !== DIRECTIONS[0] && used[seed] === 1) continue;
      const block = blockFrom(seed, { sides, direction, gridsize });
      if (block === undefined) continue;
      sets.add(block);
      for (const image of block) used[image] = 1;
    }
  }
  const left = Int32Array.from({ length: count }, (_, image) => image).filter((image) => used[image] === 0);
  return { members: sets.members(), left };
}

/** For each image the nearest one on a side, -1 where there is none among its neighbours. */
type Sides = Readonly<Record<(typeof SIDES)[number], Int32Array>>;

const SIDES = ['right', 'left', 'below', 'above'] as const;
/** Lying aside counts this much more than lying far, so that on a jittered raster a diagonal neighbour is not taken for the one beside. */
const ASIDE = 2;

interface Direction {
  readonly across: 'right' | 'left';
  readonly down: 'below' | 'above';
}

const DIRECTIONS: readonly Direction[] = [
  { across: 'right', down: 'below' },
  { across: 'left', down: 'below' },
  { across: 'right', down: 'above' },
  { across: 'left', down: 'above' },
];

function sidesOf({ width, indices }: Neighbours, { xs, ys }: ImagePlaces): Sides {
  const side = (): Int32Array => new Int32Array(xs.length).fill(-1);
  const sides: Sides = { right: side(), left: side(), below: side(), above: side() };
  const nearest = { right: 0, left: 0, below: 0, above: 0 };
  for (let image = 0; image < xs.length; image++) {
    for (const key of SIDES) nearest[key] = Number.POSITIVE_INFINITY;
    for (const other of indices.subarray(image * width, (image + 1) * width)) {
      if (other === -1) break;
      const dx = (xs[other] as number) - (xs[image] as number);
      const dy = (ys[other] as number) - (ys[image] as number);
      if (Math.abs(dx) === Math.abs(dy)) continue;
      const key = Math.abs(dx) > Math.abs(dy) ? (dx > 0 ? 'right' : 'left') : dy > 0 ? 'below' : 'above';
      const distance = Math.hypot(dx, dy, ASIDE * Math.min(Math.abs(dx), Math.abs(dy)));
      if (distance >= nearest[key]) continue;
      nearest[key] = distance;
      sides[key][image] = other;
    }
  }
  return sides;
}

/** The block that begins at an image, line by line from its top left; undefined where it would leave the scan or meet an image twice. */
function blockFrom(
  seed: number,
  { sides, direction, gridsize }: { readonly sides: Sides; readonly direction: Direction; readonly gridsize: number },
): Int32Array | undefined {
  const block = new Int32Array(gridsize ** 2);
  const met = new Set<number>();
  let first = seed;
  for (let row = 0; row < gridsize; row++) {
    let image = first;
    for (let column = 0; column < gridsize; column++) {
      if (image === -1 || met.has(image)) return undefined;
      met.add(image);
      const [y, x] = [direction.down === 'below' ? row : gridsize - 1 - row, direction.across === 'right' ? column : gridsize - 1 - column];
      block[y * gridsize + x] = image;
      image = sides[direction.across][image] as number;
    }
    first = sides[direction.down][first] as number;
  }
  return block;
}
