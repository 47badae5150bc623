import type { RunOptions } from '../compose.js';
import type { JobOutcome, JobPhase, StudyJob } from './job-phase.js';

/** Names of the runners. */
export const RUNNER_NAMES = ['in-process', 'process-pool', 'slurm'] as const;
/** Name of a runner. */
export type RunnerName = (typeof RUNNER_NAMES)[number];

/**
 * Carries out many jobs.
 *
 * A job that fails, or whose process is lost, is an outcome with `status: "failed"`; the others go on. The events of a job are
 * `job` events of its state, and everything it reports as `job-event`.
 */
export interface JobRunner {
  readonly name: RunnerName;
  /**
   * @returns one outcome per job, in the order of the jobs
   * @throws InterruptedError aborted through `options.signal`; what was finished is kept in the jobs' own records
   */
  run<J extends StudyJob, R extends JobOutcome>(phase: JobPhase<J, R>, jobs: readonly J[], options?: RunOptions): Promise<readonly R[]>;
}
