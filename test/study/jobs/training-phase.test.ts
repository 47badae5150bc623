import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExecutionConfig } from '@ptychokit/config';
import { afterAll, describe, expect, it } from 'vitest';
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

describe('the cost of a job', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ptychokit-cost-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const cost = (frames: number, changes: Partial<TrainingJob> = {}): number => {
    const trainDataPath = join(dir, `${frames}.npz`);
    writeFileSync(trainDataPath, new Uint8Array(12 * 64 ** 2 * frames));
    return trainingPhase.cost({ trainDataPath, gridsize: 1, ...changes } as TrainingJob);
  };

  it('counts groups: a scan of many single frames takes longer than a third of them in groups of four', () => {
    expect(cost(12)).toBeGreaterThan(cost(4, { gridsize: 2 }));
    expect(cost(4, { gridsize: 2 })).toBeGreaterThan(cost(4));
  });

  it('is that of the groups that are asked for, whatever the scan holds', () => {
    expect(cost(2, { training: { nGroups: 9 } })).toBe(cost(9));
    expect(cost(0)).toBe(0);
  });
});
