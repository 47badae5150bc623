import type { SolveConfig } from '@ptychokit/config';
import type { SolveEpoch } from './solve-event.js';

/** True when frames are kept out and their error has not fallen for `patience` epochs. */
export function isExhausted(history: readonly SolveEpoch[], { patience }: Pick<SolveConfig, 'patience'>): boolean {
  const errors = history.map((record) => record.heldOutError);
  if (errors.length === 0 || errors.some((error) => error === null)) return false;
  const best = errors.indexOf(Math.min(...(errors as number[])));
  return errors.length - 1 - best >= patience;
}
