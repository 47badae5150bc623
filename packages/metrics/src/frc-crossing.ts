import type { FrcCurve } from './frc.js';

/** Where a correlation curve falls below its threshold for the first time, or why that cannot be said. */
export type FrcCrossing =
  | {
      /** Ring of the crossing, linearly interpolated. */
      readonly ring: number;
      /** The same as a fraction of the Nyquist frequency. */
      readonly fractionOfNyquist: number;
      /** The same as a full period in pixels (2 at Nyquist). */
      readonly periodPx: number;
      readonly reason: null;
    }
  | { readonly ring: null; readonly fractionOfNyquist: null; readonly periodPx: null; readonly reason: string };

/** A fixed threshold, or the half-bit curve, which depends on the number of pixels of a ring. */
export type FrcThreshold = number | 'half-bit';

/** Threshold for ring `ring` (half-bit: van Heel & Schatz 2005, eq. 17). */
export function frcThresholdAt(curve: FrcCurve, options: { readonly ring: number; readonly threshold: FrcThreshold }): number {
  if (options.threshold !== 'half-bit') return options.threshold;
  const root = Math.sqrt(curve.counts[options.ring] as number);
  return (0.2071 + 1.9102 / root) / (1.2071 + 0.9102 / root);
}

/**
 * First crossing of a threshold, looked for from ring 1 up to the last ring of the curve.
 *
 * A curve that is below the threshold at ring 2 or before says that registration or scaling is wrong, not what the resolution is:
 * such a crossing is undefined, and so is one that never happens.
 */
export function frcCrossing(curve: FrcCurve, threshold: FrcThreshold): FrcCrossing {
  const { correlation, size } = curve;
  const name = threshold === 'half-bit' ? 'the half-bit curve' : String(Math.round(threshold * 1e4) / 1e4);
  if (correlation.length < 4) return noCrossing(`the region is too small for rings (${size} pixels)`);
  for (let ring = 1; ring < correlation.length; ring++) {
    const above = (correlation[ring] as number) - frcThresholdAt(curve, { ring, threshold });
    if (Number.isNaN(above)) return noCrossing(`one of the images has no power in ring ${ring}`);
    if (above >= 0) continue;
    if (ring <= 2) return noCrossing(`already below ${name} at ring ${ring}${laterOf(curve, { ring, threshold })}`);
    const before = (correlation[ring - 1] as number) - frcThresholdAt(curve, { ring: ring - 1, threshold });
    const crossing = ring - 1 + before / (before - above);
    return { ring: crossing, fractionOfNyquist: crossing / (size / 2), periodPx: size / crossing, reason: null };
  }
  return noCrossing(`never below ${name} up to ring ${correlation.length - 1} of ${size / 2}`);
}

/** Rings in a row above a threshold that are no accident. */
const STRETCH = 3;

/** What follows a curve that begins below its threshold: nothing, or only the lowest frequencies are missing and the rest agrees. */
function laterOf(curve: FrcCurve, { ring, threshold }: { readonly ring: number; readonly threshold: FrcThreshold }): string {
  const { correlation, size } = curve;
  const isAbove = (k: number): boolean => (correlation[k] as number) >= frcThresholdAt(curve, { ring: k, threshold });
  let first = ring + 1;
  while (first < correlation.length && !isAbove(first)) first++;
  let end = first;
  while (end < correlation.length && isAbove(end)) end++;
  if (end - first < STRETCH) return ': registration or scaling is wrong, or nothing is reconstructed';
  const upTo = end === correlation.length ? 'the last ring' : `ring ${end - 1} (${((end - 1) / (size / 2)).toFixed(2)} of Nyquist)`;
  return `, above it from ring ${first} to ${upTo}: the lowest frequencies are wrong, the others agree`;
}

function noCrossing(reason: string): FrcCrossing {
  return { ring: null, fractionOfNyquist: null, periodPx: null, reason };
}
