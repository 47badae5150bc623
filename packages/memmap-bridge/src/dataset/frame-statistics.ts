import type { FrameSample } from './frame-sample.js';

/** What a sample of the frames looks like. */
export interface FrameStatistics {
  /** Pixels looked at. */
  readonly sampled: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Share of pixels that are exactly 0. */
  readonly zeroFraction: number;
  /** Pixels that are NaN, infinite or negative. */
  readonly badPixels: number;
  /** What the values suggest: whole numbers are counts, roots of whole numbers are sqrt(counts). */
  readonly looksLike: 'counts' | 'sqrt(counts)' | 'amplitude';
}

/** Statistics of sampled values; bad pixels are only counted. */
export async function frameStatistics(samples: AsyncIterable<FrameSample>): Promise<FrameStatistics> {
  const sums = {
    sampled: 0,
    good: 0,
    total: 0,
    zeros: 0,
    whole: 0,
    wholeSquares: 0,
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
  };
  for await (const { values } of samples) {
    sums.sampled += values.length;
    for (const value of values) {
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) continue;
      sums.good++;
      sums.total += value;
      if (value === 0) sums.zeros++;
      if (Number.isInteger(value)) sums.whole++;
      if (isNearlyWhole(value * value)) sums.wholeSquares++;
      if (value < sums.minimum) sums.minimum = value;
      if (value > sums.maximum) sums.maximum = value;
    }
  }
  const { sampled, good, total, zeros } = sums;
  return {
    sampled,
    minimum: good > 0 ? sums.minimum : Number.NaN,
    maximum: good > 0 ? sums.maximum : Number.NaN,
    mean: good > 0 ? total / good : Number.NaN,
    zeroFraction: good > 0 ? zeros / good : 0,
    badPixels: sampled - good,
    looksLike: lookOf(sums),
  };
}

/** float32 keeps 24 bits, so the square of a root is whole to about one part in ten million. */
function isNearlyWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 4e-7 * value;
}

function lookOf(sums: { good: number; zeros: number; whole: number; wholeSquares: number; maximum: number }): FrameStatistics['looksLike'] {
  const { good, zeros, whole, wholeSquares, maximum } = sums;
  if (good === zeros || maximum <= 1) return 'amplitude';
  if (whole === good) return 'counts';
  return wholeSquares > 0.99 * good && maximum < 1000 ? 'sqrt(counts)' : 'amplitude';
}
