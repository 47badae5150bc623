/** One number held against a fixture made by independent software. */
export interface ParityCheck {
  /** File of the fixture. */
  readonly fixture: string;
  readonly quantity: string;
  /** Largest deviation, relative to the largest reference value unless the quantity says otherwise. */
  readonly error: number;
  /** The check passes when the error is at most this. */
  readonly gate: number;
}

/** Checks of one fixture folder; undefined stands for a folder without the files. */
export type ParitySuite = (folder: string) => Promise<readonly ParityCheck[]>;

/** Largest absolute difference over the largest absolute reference. */
export function relativeError(measured: ArrayLike<number>, reference: ArrayLike<number>): number {
  if (measured.length !== reference.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    const distance = Math.abs((measured[i] as number) - (reference[i] as number));
    // NaN must not pass for zero.
    if (!(distance <= difference)) difference = distance;
    largest = Math.max(largest, Math.abs(reference[i] as number));
  }
  return largest === 0 ? difference : difference / largest;
}
