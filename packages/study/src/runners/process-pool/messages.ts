import type { RunEvent } from '../../run-event.js';
import type { JobOutcome, StudyJob } from '../job-phase.js';
import type { PhaseReference } from '../phases.js';

/** What the pool tells a worker. */
export type ToWorker =
  | { readonly type: 'run'; readonly phase: PhaseReference; readonly job: StudyJob }
  /** Stop at the next safe place. */
  | { readonly type: 'abort' };

/** What a worker tells the pool. */
export type FromWorker =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'done'; readonly outcome: JobOutcome }
  | { readonly type: 'interrupted' }
  /** A fault of the program, with its stack. */
  | { readonly type: 'broken'; readonly reason: string };
