import type { Random } from '@ptychokit/config';

/** Positions to select from. */
export interface SpacedPositions {
  /** Pixels, `[n]`. */
  readonly xcoords: ArrayLike<number>;
  readonly ycoords: ArrayLike<number>;
  /** Scan each position belongs to, `[n]`; positions of different scans do not keep each other away. */
  readonly scanIndex: ArrayLike<number>;
}

/**
 * A maximal subset of positions that are at least `spacing` apart: no other position can be added to it. Positions are tried in a random
 * order, each against those chosen before in its neighbourhood; the time grows with their number alone.
 *
 * @returns indices in ascending order; all of them where the spacing is 0
 */
export function selectBySpacing(
  positions: SpacedPositions,
  { spacing, random }: { readonly spacing: number; readonly random: Random },
): Int32Array {
  const { xcoords, ycoords, scanIndex } = positions;
  const count = xcoords.length;
  if (spacing === 0) return Int32Array.from({ length: count }, (_, i) => i);
  const cells = new Map<string, number[]>();
  const chosen: number[] = [];
  for (const index of random.permutation(count)) {
    const [x, y, scan] = [xcoords[index] as number, ycoords[index] as number, scanIndex[index] as number];
    const [column, row] = [Math.floor(x / spacing), Math.floor(y / spacing)];
    // Cells are one spacing wide, so that whatever is too near lies in this cell or in one beside it.
    const isFree = around(column, row).every(([c, r]) =>
      (cells.get(`${scan},${c},${r}`) ?? []).every((other) =>
        isApart(x - (xcoords[other] as number), y - (ycoords[other] as number), spacing),
      ),
    );
    if (!isFree) continue;
    chosen.push(index);
    const key = `${scan},${column},${row}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [index]);
    else cell.push(index);
  }
  return Int32Array.from(chosen).sort();
}

const isApart = (dx: number, dy: number, spacing: number): boolean => Math.hypot(dx, dy) >= spacing;

function around(column: number, row: number): readonly (readonly [number, number])[] {
  return [-1, 0, 1].flatMap((r) => [-1, 0, 1].map((c) => [column + c, row + r] as const));
}

/**
 * Upper bound of the number of points that are `spacing` apart in a rectangle: 2 A / (sqrt(3) S^2) + P / (2 S) + 1 with area A and
 * perimeter P (Oler, Acta Math. 105, 19 (1961)).
 */
export function spacingBound(area: { readonly width: number; readonly height: number }, spacing: number): number {
  const { width, height } = area;
  return (2 * width * height) / (Math.sqrt(3) * spacing ** 2) + (width + height) / spacing + 1;
}
