import type { SolveConfig } from '@ptychokit/config';
import { SolveDivergenceError } from '../errors.js';
import type { SolveEpoch } from './solve-event.js';

/** A batch may be worse than the epochs before by this; beyond it the run leaves the data. */
const WORSE_THAN_FIRST = 2;
const WORSE_THAN_BEST = 20;

/**
 * Notices that the reconstruction runs away: its loss is no number, or far above what it was.
 *
 * @throws SolveDivergenceError
 */
export function assertConverging(now: {
  readonly epoch: number;
  readonly loss: number;
  readonly history: readonly SolveEpoch[];
  readonly config: SolveConfig;
}): void {
  const { epoch, loss, history, config } = now;
  const first = history[0]?.loss ?? Number.POSITIVE_INFINITY;
  const best = history.reduce((least, record) => Math.min(least, record.loss), Number.POSITIVE_INFINITY);
  const floor = Math.min(first * WORSE_THAN_FIRST, Math.max(best * WORSE_THAN_BEST, 0.5 * first));
  if (Number.isFinite(loss) && loss <= floor) return;
  throw new SolveDivergenceError(`The reconstruction diverges: the loss is ${loss} in epoch ${epoch}, and was ${best}`, {
    where: `engine ${config.engine}`,
    fix: 'lower objectStep and probeStep, take smaller batches, or start the probe later (probeFromEpoch)',
    epoch,
    loss,
  });
}
