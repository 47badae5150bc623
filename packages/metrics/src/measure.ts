/** A number, or the reason why there is none. */
export type Measure =
  | { readonly value: number; readonly reason: null /** What a reader of the number must know. */; readonly note?: string }
  | { readonly value: null; readonly reason: string };

/** A defined measure. */
export function measured(value: number, note?: string): Measure {
  return note === undefined ? { value, reason: null } : { value, reason: null, note };
}

/** An undefined measure. */
export function undefinedBecause(reason: string): Measure {
  return { value: null, reason };
}

/** What every metric says about a region without pixels. */
export const EMPTY_REGION = 'the region is empty';
