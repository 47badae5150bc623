import KDBush from 'kdbush';

/** Points that are looked at one by one instead of being divided further; the fastest of 4 to 32. */
const LEAF_SIZE = 16;
/** Branches left to visit: one per level of the tree at most. */
const STACK_SIZE = 64;

/**
 * The nearest other points of points in a plane.
 *
 * The index is kdbush's kd-tree, whose flat arrays are walked here because it has no search for neighbours of its own. Visiting the points
 * slot by slot is what makes it fast: points that are close together share the same memory.
 */
export class NearestOthers {
  /** Indices of the points that {@link search} found, nearest first, the lower index first at equal distances. */
  readonly found: Int32Array;
  /** Their squared distances. */
  readonly squaredDistances: Float64Array;
  /** Slots of the tree, one per point. */
  readonly size: number;
  readonly #ids: Uint32Array;
  readonly #coords: Float64Array;
  readonly #branches = new Int32Array(3 * STACK_SIZE);
  readonly #gaps = new Float64Array(2 * STACK_SIZE);
  /** Squared distance beyond which nothing is of interest any more. */
  #limit = 0;

  /** @param points as many xs as ys, and how many others to find */
  constructor(points: { readonly xs: ArrayLike<number>; readonly ys: ArrayLike<number>; readonly count: number }) {
    const { xs, ys, count } = points;
    const tree = new KDBush(xs.length, LEAF_SIZE);
    for (let i = 0; i < xs.length; i++) tree.add(xs[i] as number, ys[i] as number);
    tree.finish();
    this.size = xs.length;
    this.found = new Int32Array(count);
    this.squaredDistances = new Float64Array(count);
    this.#ids = Uint32Array.from(tree.ids);
    this.#coords = tree.coords as Float64Array;
  }

  /** Index of the point in a slot of the tree. */
  pointAt(slot: number): number {
    return this.#ids[slot] as number;
  }

  /** Finds the nearest others of the point in `slot`; the result is in {@link found} until the next search. Returns how many there are. */
  search(slot: number): number {
    const count = this.found.length;
    this.found.fill(-1);
    this.squaredDistances.fill(Number.POSITIVE_INFINITY);
    this.#limit = Number.POSITIVE_INFINITY;
    if (count > 0) this.#walk(slot);
    let found = Math.min(count, this.size - 1);
    while (found > 0 && this.found[found - 1] === -1) found--;
    return found;
  }

  /** Goes down to the leaf of the point first, then back to the branches that may still hold something nearer. */
  #walk(slot: number): void {
    const branches = this.#branches;
    const gaps = this.#gaps;
    branches[0] = 0;
    branches[1] = this.size - 1;
    branches[2] = 0;
    gaps[0] = 0;
    gaps[1] = 0;
    for (let top = 0; top >= 0; ) {
      const gapX = gaps[2 * top] as number;
      const gapY = gaps[2 * top + 1] as number;
      if (gapX * gapX + gapY * gapY > this.#limit) top--;
      else top = this.#descend(slot, top);
    }
  }

  /** Takes the branch at `top` from the stack, puts the far sides it passes there, and returns the new top. */
  #descend(slot: number, from: number): number {
    const coords = this.#coords;
    const branches = this.#branches;
    const gaps = this.#gaps;
    const x = coords[2 * slot] as number;
    const y = coords[2 * slot + 1] as number;
    let left = branches[3 * from] as number;
    let right = branches[3 * from + 1] as number;
    let axis = branches[3 * from + 2] as number;
    const gapX = gaps[2 * from] as number;
    const gapY = gaps[2 * from + 1] as number;
    let top = from - 1;
    while (right - left > LEAF_SIZE) {
      const middle = (left + right) >> 1;
      this.#scan(slot, middle, middle);
      const gap = axis === 0 ? x - (coords[2 * middle] as number) : y - (coords[2 * middle + 1] as number);
      top++;
      const isBefore = gap < 0;
      branches[3 * top] = isBefore ? middle + 1 : left;
      branches[3 * top + 1] = isBefore ? right : middle - 1;
      branches[3 * top + 2] = 1 - axis;
      gaps[2 * top] = axis === 0 ? gap : gapX;
      gaps[2 * top + 1] = axis === 0 ? gapY : gap;
      if (isBefore) right = middle - 1;
      else left = middle + 1;
      axis = 1 - axis;
    }
    this.#scan(slot, left, right);
    return top;
  }

  /** Looks at the points of some slots. */
  #scan(slot: number, first: number, last: number): void {
    const coords = this.#coords;
    const x = coords[2 * slot] as number;
    const y = coords[2 * slot + 1] as number;
    for (let i = first; i <= last; i++) {
      const dx = (coords[2 * i] as number) - x;
      const dy = (coords[2 * i + 1] as number) - y;
      const squared = dx * dx + dy * dy;
      if (squared <= this.#limit && i !== slot) this.#insert(squared, this.#ids[i] as number);
    }
  }

  #insert(squared: number, id: number): void {
    const { found, squaredDistances } = this;
    let at = found.length - 1;
    if (squared === squaredDistances[at] && id > (found[at] as number)) return;
    for (; at > 0; at--) {
      const before = squaredDistances[at - 1] as number;
      if (before < squared || (before === squared && (found[at - 1] as number) < id)) break;
      squaredDistances[at] = before;
      found[at] = found[at - 1] as number;
    }
    squaredDistances[at] = squared;
    found[at] = id;
    const farthest = squaredDistances[found.length - 1] as number;
    // Enough points at the very same place: others there change nothing, and there may be a million of them.
    this.#limit = farthest === 0 ? -1 : farthest;
  }
}
