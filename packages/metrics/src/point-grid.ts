/** Finds points near a place. The signature is that of Flatbush, whose indices can be used as they are. */
export interface NeighbourIndex {
  /** Indices of at most `maxResults` points within `maxDistance` of (x, y), nearest first. */
  neighbors(x: number, y: number, maxResults?: number, maxDistance?: number): number[];
}

/** Builds an index over points. */
export type NeighbourIndexFactory = (xs: Float64Array, ys: Float64Array) => NeighbourIndex;

/** Points sorted into the cells of a uniform grid, about two to a cell. */
export const pointGrid: NeighbourIndexFactory = (xs, ys) => new PointGrid(xs, ys);

class PointGrid implements NeighbourIndex {
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;
  readonly #left: number;
  readonly #top: number;
  readonly #edge: number;
  readonly #cols: number;
  readonly #rows: number;
  /** Points of cell c: `#order[#starts[c]] … #order[#starts[c + 1] - 1]`. */
  readonly #starts: Int32Array;
  readonly #order: Int32Array;

  constructor(xs: Float64Array, ys: Float64Array) {
    const [left, right] = extentOf(xs);
    const [top, bottom] = extentOf(ys);
    const width = right - left;
    const height = bottom - top;
    this.#xs = xs;
    this.#ys = ys;
    this.#left = left;
    this.#top = top;
    // On a line the area is 0; the longer side then sets the cells.
    this.#edge = Math.max(Math.sqrt((2 * width * height) / xs.length), (2 * Math.max(width, height)) / xs.length, Number.MIN_VALUE) || 1;
    this.#cols = Math.floor(width / this.#edge) + 1;
    this.#rows = Math.floor(height / this.#edge) + 1;
    const cells = Int32Array.from(xs, (x, i) => this.#row(ys[i] as number) * this.#cols + this.#col(x));
    this.#starts = new Int32Array(this.#rows * this.#cols + 1);
    for (const cell of cells) this.#starts[cell + 1] = (this.#starts[cell + 1] as number) + 1;
    for (let c = 1; c < this.#starts.length; c++) this.#starts[c] = (this.#starts[c] as number) + (this.#starts[c - 1] as number);
    const next = this.#starts.slice();
    this.#order = new Int32Array(xs.length);
    cells.forEach((cell, i) => {
      this.#order[next[cell] as number] = i;
      next[cell] = (next[cell] as number) + 1;
    });
  }

  neighbors(x: number, y: number, maxResults = Number.POSITIVE_INFINITY, maxDistance = Number.POSITIVE_INFINITY): number[] {
    let found: { readonly i: number; readonly d: number }[] = [];
    const farthest = Math.max(this.#cols, this.#rows);
    for (let ring = 0; ring <= farthest; ring++) {
      this.#visitRing({ col: this.#col(x), row: this.#row(y), ring }, (i) => {
        const d = Math.hypot((this.#xs[i] as number) - x, (this.#ys[i] as number) - y);
        if (d <= maxDistance) found.push({ i, d });
      });
      // What is not visited yet is at least `ring` cells away from the place, or from its projection onto the grid, which is nearer.
      const safe = ring * this.#edge;
      if (safe > maxDistance) break;
      if (found.length >= maxResults && found.filter(({ d }) => d <= safe).length >= maxResults) break;
    }
    found = found.sort((a, b) => a.d - b.d || a.i - b.i);
    return found.slice(0, maxResults).map(({ i }) => i);
  }

  #visitRing({ col, row, ring }: { readonly col: number; readonly row: number; readonly ring: number }, visit: (i: number) => void): void {
    for (let r = Math.max(0, row - ring); r <= Math.min(this.#rows - 1, row + ring); r++) {
      const step = Math.abs(r - row) === ring || ring === 0 ? 1 : 2 * ring;
      for (let c = col - ring; c <= col + ring; c += step) {
        if (c < 0 || c >= this.#cols) continue;
        const cell = r * this.#cols + c;
        for (let k = this.#starts[cell] as number; k < (this.#starts[cell + 1] as number); k++) visit(this.#order[k] as number);
      }
    }
  }

  #col(x: number): number {
    return Math.min(this.#cols - 1, Math.max(0, Math.floor((x - this.#left) / this.#edge)));
  }

  #row(y: number): number {
    return Math.min(this.#rows - 1, Math.max(0, Math.floor((y - this.#top) / this.#edge)));
  }
}

function extentOf(values: Float64Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i] as number);
    high = Math.max(high, values[i] as number);
  }
  return values.length === 0 ? [0, 0] : [low, high];
}
