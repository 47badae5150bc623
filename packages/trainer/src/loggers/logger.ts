import type { TrainEvent } from '../training/train-event.js';

/** Writes down what a training run tells. */
export interface TrainLogger {
  /** Folder of this run's log; null where nothing is written. */
  readonly directory: string | null;
  /** Writes down one event; resolves when it is on disk. */
  log(event: TrainEvent): Promise<void>;
  /** Ends the log. */
  close(): Promise<void>;
}

/** Steps between two rows within an epoch. */
export const STEP_INTERVAL = 20;

/** True for the steps that get a row of their own. */
export const isLoggedStep = (event: TrainEvent): event is Extract<TrainEvent, { type: 'step' }> =>
  event.type === 'step' && event.step % STEP_INTERVAL === 0;
