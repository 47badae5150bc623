import { type Canvas, onCanvas } from './canvas.js';
import type { PatchPositions } from './patches.js';

/** Patches of a batch, `[B, N, N]` each, row-major. */
export interface PatchValues {
  readonly re: Float32Array;
  readonly im: Float32Array;
  /** Fraction of its full value that each pixel holds, which counts in the sum of weights alone. Default 1 everywhere. */
  readonly coverage?: Float32Array | undefined;
}

/** Options of {@link addToStitch}. */
export interface StitchPlaces extends PatchPositions {
  /** `[N * N]`, the same for every patch. */
  readonly weights: Float32Array;
  readonly canvas: Canvas;
}

/** Sums of a stitch that has nothing in it yet, `[height, width, 3]`. */
export const emptyStitch = ({ height, width }: Canvas): Float32Array => new Float32Array(3 * height * width);

/**
 * Adds a batch to the sums `[height, width, 3]` of a weighted stitch: weight * real part, weight * imaginary part and weight, at positions in
 * scan coordinates, each pixel shared bilinearly by its four neighbours. Divide the first two by the third in the end.
 *
 * Plain loops over the batch: they touch what the patches touch, where an operation of the engine makes and adds a whole canvas each time.
 * What falls outside the canvas is lost.
 *
 * @throws {RangeError} when the patches are not as many as the positions.
 */
export function addToStitch(sums: Float32Array, values: PatchValues, { x, y, weights, canvas }: StitchPlaces): void {
  const size = Math.sqrt(weights.length);
  if (values.re.length !== x.length * weights.length || y.length !== x.length)
    throw new RangeError(`expected ${x.length} patches of ${weights.length} pixels, got ${values.re.length} values and ${y.length} rows`);
  const at = onCanvas({ x, y }, canvas);
  const rows = { now: new Float64Array(3 * (size + 1)), before: new Float64Array(3 * (size + 1)) };
  for (let k = 0; k < x.length; k++) {
    const [column, row] = [(at.x[k] as number) - size / 2, (at.y[k] as number) - size / 2];
    addPatch(sums, values, { first: k * weights.length, weights, size, column, row, canvas, rows });
  }
}

/** One patch of a batch and where its first pixel lies on the canvas. */
interface PlacedPatch {
  /** Where the patch begins in the arrays of the batch. */
  readonly first: number;
  readonly weights: Float32Array;
  readonly size: number;
  readonly column: number;
  readonly row: number;
  readonly canvas: Canvas;
  /** Two rows of the patch, weighted and moved to the right by less than a pixel, `[size + 1, 3]`. */
  readonly rows: { now: Float64Array; before: Float64Array };
}

/** Row by row: each row of the canvas gets its shares of two rows of the patch. */
function addPatch(sums: Float32Array, values: PatchValues, patch: PlacedPatch): void {
  const { size, canvas, rows } = patch;
  const [top, left] = [Math.floor(patch.row), Math.floor(patch.column)];
  const down = patch.row - top;
  const [from, to] = [Math.max(0, -left), Math.min(size + 1, canvas.width - left)];
  rows.before.fill(0);
  for (let r = 0; r <= size; r++) {
    const { now, before } = rows;
    now.fill(0);
    if (r < size) weighRow(now, values, { ...patch, first: patch.first + r * size, row: r });
    rows.now = before;
    rows.before = now;
    if (top + r < 0 || top + r >= canvas.height) continue;
    let at = 3 * ((top + r) * canvas.width + left + from);
    for (let i = 3 * from; i < 3 * to; i++, at++) {
      sums[at] = (sums[at] as number) + (1 - down) * (now[i] as number) + down * (before[i] as number);
    }
  }
}

/** Row `row` of a patch, whose values begin at `first`: weight * re, weight * im, weight, moved to the right. */
function weighRow(into: Float64Array, { re, im, coverage }: PatchValues, { first, weights, size, column, row }: PlacedPatch): void {
  const right = column - Math.floor(column);
  const left = 1 - right;
  for (let c = 0, to = 0; c < size; c++, to += 3) {
    const weight = weights[row * size + c] as number;
    const a = weight * (re[first + c] as number);
    const b = weight * (im[first + c] as number);
    const w = coverage === undefined ? weight : weight * (coverage[first + c] as number);
    into[to] = (into[to] as number) + left * a;
    into[to + 1] = (into[to + 1] as number) + left * b;
    into[to + 2] = (into[to + 2] as number) + left * w;
    into[to + 3] = right * a;
    into[to + 4] = right * b;
    into[to + 5] = right * w;
  }
}
