import type { ComplexArray } from '@ptychokit/config';

/** Positions and size of patches. */
export interface PatchPositions {
  /** Object pixels along columns, one per patch. */
  readonly xs: ArrayLike<number>;
  /** Object pixels along rows, one per patch. */
  readonly ys: ArrayLike<number>;
  /** Pixels along one side of a patch (N). */
  readonly size: number;
}

/**
 * Patches of an object `[H, W]` at sub-pixel positions, `[patches, N, N]`: `O[y - N/2 + r, x - N/2 + c]`, bilinear, zero outside the
 * object. Patch pixel (N/2, N/2) sits on the position.
 *
 * @throws RangeError an object that is not 2-D, or differing numbers of x and y
 */
export function extractPatches(object: ComplexArray, positions: PatchPositions): ComplexArray {
  const { xs, ys, size } = positions;
  if (object.shape.length !== 2) throw new RangeError(`expected an object of shape [H, W], got [${object.shape}]`);
  if (xs.length !== ys.length) throw new RangeError(`expected as many xs as ys, got ${xs.length} and ${ys.length}`);
  const data = new Float32Array(2 * xs.length * size * size);
  for (let k = 0; k < xs.length; k++) {
    const corner = { x: (xs[k] as number) - size / 2, y: (ys[k] as number) - size / 2 };
    extractPatch(object, { corner, size, into: data.subarray(2 * k * size * size, 2 * (k + 1) * size * size) });
  }
  return { shape: [xs.length, size, size], data };
}

interface PatchTarget {
  /** Object position of patch pixel (0, 0). */
  readonly corner: { readonly x: number; readonly y: number };
  readonly size: number;
  readonly into: Float32Array;
}

/** The fraction of a pixel is the same for the whole patch, so each of the four neighbours is one weighted block addition. */
function extractPatch(object: ComplexArray, { corner, size, into }: PatchTarget): void {
  const row = Math.floor(corner.y);
  const column = Math.floor(corner.x);
  const fy = corner.y - row;
  const fx = corner.x - column;
  addBlock(object, { row, column, size, weight: (1 - fy) * (1 - fx), into });
  addBlock(object, { row, column: column + 1, size, weight: (1 - fy) * fx, into });
  addBlock(object, { row: row + 1, column, size, weight: fy * (1 - fx), into });
  addBlock(object, { row: row + 1, column: column + 1, size, weight: fy * fx, into });
}

interface Block {
  readonly row: number;
  readonly column: number;
  readonly size: number;
  readonly weight: number;
  readonly into: Float32Array;
}

function addBlock(object: ComplexArray, { row, column, size, weight, into }: Block): void {
  if (weight === 0) return;
  const [height, width] = object.shape as [number, number];
  const firstRow = Math.max(0, -row);
  const lastRow = Math.min(size, height - row);
  const firstColumn = Math.max(0, -column);
  const lastColumn = Math.min(size, width - column);
  for (let r = firstRow; r < lastRow; r++) {
    let from = 2 * ((row + r) * width + column + firstColumn);
    let to = 2 * (r * size + firstColumn);
    for (let c = firstColumn; c < lastColumn; c++) {
      into[to] = (into[to] as number) + weight * (object.data[from] as number);
      into[to + 1] = (into[to + 1] as number) + weight * (object.data[from + 1] as number);
      to += 2;
      from += 2;
    }
  }
}
