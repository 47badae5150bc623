/** Where the object array lies: its pixel (0, 0) in scan coordinates and its size. */
export interface ObjectCanvas {
  readonly originX: number;
  readonly originY: number;
  readonly height: number;
  /** A multiple of {@link WIDTH_STEP}, so that rows can be cut into equal blocks. */
  readonly width: number;
}

/** Rows are read and written in blocks of up to this many pixels. */
export const WIDTH_STEP = 16;

/** Options of {@link objectCanvas}. */
export interface ObjectCanvasOptions {
  readonly frameSize: number;
  /** Pixels beyond the outermost patches on every side, for positions that are still refined. */
  readonly margin: number;
}

/** The smallest canvas that holds the patches of all positions, with a margin. */
export function objectCanvas(x: ArrayLike<number>, y: ArrayLike<number>, { frameSize, margin }: ObjectCanvasOptions): ObjectCanvas {
  const along = (positions: ArrayLike<number>): { readonly origin: number; readonly size: number } => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < positions.length; k++) {
      const place = roundHalfEven(positions[k] as number);
      low = Math.min(low, place);
      high = Math.max(high, place);
    }
    return { origin: low - frameSize / 2 - margin, size: high - low + frameSize + 2 * margin };
  };
  const [columns, rows] = [along(x), along(y)];
  // A free block at the right keeps the blocks of one row apart from the next row.
  const width = WIDTH_STEP * (Math.ceil(columns.size / WIDTH_STEP) + 1);
  return { originX: columns.origin, originY: rows.origin, height: rows.size, width };
}

/** To the nearest whole number, halves to the even one. */
export function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}
