import { roundHalfEven } from './object-canvas.js';

/** Patches of one batch: whole first pixels on the object array and sub-pixel remainders. */
export interface Placements {
  /** First row of each patch on the object array. */
  readonly rows: Int32Array;
  /** First column of each patch. */
  readonly columns: Int32Array;
  /** What rounding left over, in [-0.5, 0.5] pixels: the probe moves by it. */
  readonly fractionX: Float64Array;
  readonly fractionY: Float64Array;
}

/** Positions of one batch, scan coordinates. */
export interface BatchPositions {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/**
 * Splits positions (object pixel under probe pixel N/2) into whole patches and sub-pixel remainders, halves rounded to even.
 */
export function placementsOf(
  positions: BatchPositions,
  options: { readonly frameSize: number; readonly originX: number; readonly originY: number },
): Placements {
  const { frameSize, originX, originY } = options;
  const along = (values: ArrayLike<number>, origin: number): { readonly first: Int32Array; readonly fraction: Float64Array } => {
    const first = new Int32Array(values.length);
    const fraction = new Float64Array(values.length);
    for (let k = 0; k < values.length; k++) {
      const value = values[k] as number;
      const whole = roundHalfEven(value);
      first[k] = whole - frameSize / 2 - origin;
      fraction[k] = value - whole;
    }
    return { first, fraction };
  };
  const [columns, rows] = [along(positions.x, originX), along(positions.y, originY)];
  return { rows: rows.first, columns: columns.first, fractionX: columns.fraction, fractionY: rows.fraction };
}
