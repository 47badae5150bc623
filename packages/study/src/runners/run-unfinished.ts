import type { RunOptions } from '../compose.js';
import { throwIfInterrupted } from '../interruption-error.js';
import type { JobOutcome, JobPhase, StudyJob } from './job-phase.js';
import type { JobRunner } from './job-runner.js';

/** Runs the jobs that were not finished before; outcomes in the order of the jobs. */
export async function runUnfinished<J extends StudyJob, R extends JobOutcome>(
  phase: JobPhase<J, R>,
  jobs: readonly J[],
  { runner, ...options }: RunOptions & { readonly runner: JobRunner },
): Promise<readonly R[]> {
  const outcomes = new Map<J, R>();
  for (const job of jobs) {
    throwIfInterrupted(options.signal, { stage: `the job ${phase.label(job)}` });
    const known = await phase.recall(job);
    if (known === null) continue;
    outcomes.set(job, known);
    options.onEvent?.({ type: 'job', label: phase.label(job), state: 'kept' });
  }
  const open = jobs.filter((job) => !outcomes.has(job));
  for (const job of open) options.onEvent?.({ type: 'job', label: phase.label(job), state: 'waiting' });
  const done = open.length === 0 ? [] : await runner.run(phase, open, options);
  open.forEach((job, i) => {
    outcomes.set(job, done[i] as R);
  });
  return jobs.map((job) => outcomes.get(job) as R);
}
