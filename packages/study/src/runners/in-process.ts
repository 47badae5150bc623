import { throwIfInterrupted } from '../interruption-error.js';
import { endOfJob } from './end-of-job.js';
import type { JobRunner } from './job-runner.js';

/** One job after another in this process: for one job, for tests and notebooks, and wherever services are substituted. */
export function inProcessRunner(): JobRunner {
  return {
    name: 'in-process',
    run: async (phase, jobs, options = {}) => {
      const { onEvent = () => undefined, signal } = options;
      const outcomes = [];
      for (const job of jobs) {
        throwIfInterrupted(signal, { stage: `the job ${phase.label(job)}` });
        const label = phase.label(job);
        onEvent({ type: 'job', label, state: 'running' });
        const outcome = await phase.run(job, { ...options, onEvent: (event) => onEvent({ type: 'job-event', label, event }) });
        onEvent(endOfJob(label, outcome));
        outcomes.push(outcome);
      }
      return outcomes;
    },
  };
}
