import { inProcessRunner } from './in-process.js';
import type { JobRunner } from './job-runner.js';
import { type ProcessPoolOptions, processPoolRunner } from './process-pool/process-pool.js';
import { hasSubstitutes } from './substitutes.js';

/** What fits: a pool of processes for a matrix; this process for a single job, or where services are substituted. */
export function automaticRunner(options: ProcessPoolOptions = {}): JobRunner {
  const [alone, pool] = [inProcessRunner(), processPoolRunner(options)];
  return {
    name: 'process-pool',
    run: (phase, jobs, run = {}) => (jobs.length === 1 || hasSubstitutes(run) ? alone : pool).run(phase, jobs, run),
  };
}
