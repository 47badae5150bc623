import type { RunOptions } from '../compose.js';

/** What every job has, whatever its phase. */
export interface StudyJob {
  /** Directory of everything the job writes, its own record included. */
  readonly artifactDir: string;
}

/** What every job ends with. */
export interface JobOutcome {
  readonly status: 'completed' | 'failed' | 'dry_run';
  /** Why the job failed; null when it did not. */
  readonly error: string | null;
}

/** How the jobs of one phase of the study are carried out: all that a runner needs to know about them. */
export interface JobPhase<J extends StudyJob, R extends JobOutcome> {
  /** Finds the phase again in another process, together with `module`. */
  readonly name: string;
  /** URL of a module that exports the phase as `phase`; only the phases of this package do without. */
  readonly module?: string | undefined;
  /** How a job is called in lines of output. */
  readonly label: (job: J) => string;
  /** Work of a job in any unit, to begin with the longest. */
  readonly cost: (job: J) => number;
  /** The job, to be run with so many threads of the engine; a number the user gave wins. */
  readonly withThreads: (job: J, threads: number) => J;
  /** Does the job and writes its record; throws nothing but InterruptedError. */
  readonly run: (job: J, options: RunOptions) => Promise<R>;
  /** The verified outcome of a job that was finished before; null where it has to be done. */
  readonly recall: (job: J) => Promise<R | null>;
  /** What the job's own record says, a failure included; null where there is none. */
  readonly read: (job: J) => Promise<R | null>;
  /** Takes the record away, so that the next one is that of the next attempt. */
  readonly forget: (job: J) => Promise<void>;
  /** The outcome of a job whose process is gone; written into its log. */
  readonly fail: (job: J, reason: string) => Promise<R>;
}
