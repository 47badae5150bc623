/** Lowest and highest value shown; what lies outside is shown as the end of the scale. */
export type DisplayRange = readonly [low: number, high: number];

/** Which values count towards a display range. */
export interface DisplayRangeOptions {
  /** 1 where a value counts, same length as the values; everything by default. */
  readonly region?: Uint8Array | undefined;
  /** Fractions below and above which values are clipped, `[0.005, 0.995]` by default. */
  readonly fractions?: readonly [low: number, high: number];
}

/**
 * The range between two percentiles of the finite values inside a region, so that a few wild pixels do not decide the scale.
 * A constant image gets a range of width 1 % of its value (1e-3 around zero); an empty region gets `[0, 1]`.
 */
export function percentileRange(values: Float32Array, options: DisplayRangeOptions = {}): DisplayRange {
  const { region, fractions = [0.005, 0.995] } = options;
  const inside = values.filter((value, i) => Number.isFinite(value) && (region === undefined || region[i] === 1)).sort();
  if (inside.length === 0) return [0, 1];
  const [low, high] = fractions.map((fraction) => inside[Math.round(fraction * (inside.length - 1))] as number) as [number, number];
  if (high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  const margin = Math.max(Math.abs(low) * 0.005, 5e-4);
  return [low - margin, high + margin];
}
