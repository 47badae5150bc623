/** One number held against a fixture made by independent software. */
export interface ParityCheck {
  /** File of the fixture. */
  readonly fixture: string;
  readonly quantity: string;
  /** Largest deviation, relative to the largest reference value, or a number of mismatches; infinite where nothing could be measured. */
  readonly error: number;
  /** The check passes when the error is at most this. */
  readonly gate: number;
}

/** Checks of one fixture folder. */
export type ParitySuite = (folder: string) => Promise<readonly ParityCheck[]>;

/** True when the error is within its gate; an error that is not a number is not. */
export const passes = ({ error, gate }: ParityCheck): boolean => error <= gate;

/** Largest absolute difference over the largest absolute reference; infinite where one of them is not a number. */
export function relativeError(measured: ArrayLike<number>, reference: ArrayLike<number>): number {
  return largestError(measured, reference, 1);
}

/** Largest modulus of a difference over the largest modulus of the reference; real and imaginary parts in turn. */
export function complexError(measured: ArrayLike<number>, reference: ArrayLike<number>): number {
  return largestError(measured, reference, 2);
}

function largestError(measured: ArrayLike<number>, reference: ArrayLike<number>, parts: 1 | 2): number {
  if (measured.length !== reference.length || reference.length === 0) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < reference.length; i += parts) {
    const [re, im] = [reference[i] as number, parts === 2 ? (reference[i + 1] as number) : 0];
    const distance = Math.hypot((measured[i] as number) - re, parts === 2 ? (measured[i + 1] as number) - im : 0);
    // NaN is smaller than nothing and would pass for zero.
    if (Number.isNaN(distance)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, distance);
    largest = Math.max(largest, Math.hypot(re, im));
  }
  return largest === 0 ? difference : difference / largest;
}

/** Number of places where two arrays differ. */
export function mismatches(measured: ArrayLike<number>, reference: ArrayLike<number>): number {
  if (measured.length !== reference.length || reference.length === 0) return Number.POSITIVE_INFINITY;
  let count = 0;
  for (let i = 0; i < reference.length; i++) if (measured[i] !== reference[i]) count++;
  return count;
}
