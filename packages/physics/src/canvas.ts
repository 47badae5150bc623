import type { PatchPositions } from './patches.js';

/** A grid of whole pixels in scan coordinates. */
export interface Canvas {
  /** Scan coordinate x of the first column. */
  readonly originX: number;
  /** Scan coordinate y of the first row. */
  readonly originY: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The smallest canvas that holds every patch of side `size` at positions in scan coordinates, sub-pixel spread included.
 *
 * @throws {RangeError} when there are no positions or one is not finite.
 */
export function canvasFor({ x, y, size }: PatchPositions & { readonly size: number }): Canvas {
  const columns = extent(x);
  const rows = extent(y);
  const reach = (range: { low: number; high: number }): number => range.high - range.low + size + 1;
  return { originX: columns.low - size / 2, originY: rows.low - size / 2, width: reach(columns), height: reach(rows) };
}

/** Positions in scan coordinates as pixels of a canvas. */
export function onCanvas({ x, y }: PatchPositions, canvas: Canvas): { readonly x: Float64Array; readonly y: Float64Array } {
  return { x: Float64Array.from(x, (value) => value - canvas.originX), y: Float64Array.from(y, (value) => value - canvas.originY) };
}

function extent(positions: ArrayLike<number>): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < positions.length; k++) {
    const position = positions[k] as number;
    low = Math.min(low, position);
    high = Math.max(high, position);
  }
  if (!Number.isFinite(low) || !Number.isFinite(high))
    throw new RangeError(`expected finite positions, got ${positions.length} from ${low} to ${high}`);
  return { low: Math.floor(low), high: Math.floor(high) };
}
