import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inMemoryBridge } from '@ptychokit/memmap-bridge';
import { processPoolRunner } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testJobRunner } from '../../../contract/job-runner.js';
import { rawOf } from '../../../support/fake-training.js';
import { phase, type ToyJob } from '../../../support/toy-phase.js';

testJobRunner('processPoolRunner', () => processPoolRunner({ workers: 2 }), { ownProcesses: true, stops_ms: 2_000 });

describe('processPoolRunner', { timeout: 120_000 }, () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ptychokit-pool-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const job = (name: string, does: ToyJob['does'] = 'work'): ToyJob => ({ name, does, cost: 1, threads: 0, artifactDir: join(dir, name) });

  it('ends a job that uses more memory than a job may, and goes on', async () => {
    const pool = processPoolRunner({ workers: 1, memoryPerJob_bytes: 400 * 2 ** 20 });
    const [greedy, modest] = await pool.run(phase, [job('greedy', 'grow'), job('modest')]);
    expect(greedy).toMatchObject({ status: 'failed' });
    expect(greedy?.error).toMatch(/^the job used \d+ MB of memory, more than the 400 MB a job may use here$/);
    expect(modest?.status).toBe('completed');
  });

  it('does one job after another in the same process', async () => {
    const outcomes = await processPoolRunner({ workers: 1 }).run(
      phase,
      ['a', 'b', 'c'].map((name) => job(name)),
    );
    expect(new Set(outcomes.map(({ pid }) => pid)).size).toBe(1);
  });

  it('refuses services of this process, which its jobs cannot reach', async () => {
    const bridgeFactory = () => inMemoryBridge(rawOf('x'));
    await expect(processPoolRunner().run(phase, [job('d')], { bridgeFactory })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
