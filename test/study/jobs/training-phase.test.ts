import { loadExecutionConfig } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import type { TrainingJob } from '../../../packages/study/src/jobs/training-job.js';
import { trainingPhase } from '../../../packages/study/src/jobs/training-phase.js';

const jobWith = (overrides: Record<string, unknown>): TrainingJob => ({ execution: loadExecutionConfig({ overrides }) }) as TrainingJob;
const threadsOf = (job: TrainingJob): number | undefined => trainingPhase.withThreads(job, 3).execution?.threads;

describe('the threads of a job', () => {
  it.each([
    ['are those the runner gives', {}, 3],
    ['are those that were asked for', { threads: 2 }, 2],
    ['do not depend on the runner when results must repeat bit for bit', { deterministic: true }, 0],
  ])('%s', (_, overrides, threads) => {
    expect(threadsOf(jobWith(overrides))).toBe(threads);
  });
});
