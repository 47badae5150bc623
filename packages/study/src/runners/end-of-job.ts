import type { RunEvent } from '../run-event.js';
import type { JobOutcome } from './job-phase.js';

/** The event of a job that ended. */
export function endOfJob(label: string, { status, error }: JobOutcome): RunEvent {
  if (status !== 'failed') return { type: 'job', label, state: 'completed' };
  return { type: 'job', label, state: 'failed', ...(error === null ? {} : { detail: error }) };
}
