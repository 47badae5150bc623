import type { JobRunner } from '../job-runner.js';
import { assertNoSubstitutes } from '../substitutes.js';
import type { SlurmOptions } from './slurm-options.js';
import { SlurmRun } from './slurm-run.js';

/**
 * Jobs as one array of a Slurm cluster whose nodes share this disk.
 *
 * States come from the queue, results from the jobs' own records. What a failed node lost is submitted again. When this process dies the
 * array goes on; the same jobs run again find it by its record. An abort cancels it.
 */
export function slurmRunner(options: SlurmOptions): JobRunner {
  return {
    name: 'slurm',
    run: async (phase, jobs, run = {}) => {
      assertNoSubstitutes(run, 'slurm');
      return jobs.length === 0 ? [] : new SlurmRun(phase, jobs, { options, run }).finish();
    },
  };
}
