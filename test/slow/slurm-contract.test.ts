import { slurmRunner } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { testJobRunner } from '../contract/job-runner.js';
import { hasSlurm, type SlurmCluster, startCluster } from '../support/slurm-cluster.js';

describe.skipIf(!hasSlurm())('on a cluster of two nodes', () => {
  let cluster: SlurmCluster;
  const before = process.env.SLURM_CONF;
  beforeAll(async () => {
    cluster = await startCluster();
    process.env.SLURM_CONF = cluster.env.SLURM_CONF;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.SLURM_CONF;
    else process.env.SLURM_CONF = before;
    expect(await cluster.stop()).toEqual([]);
  });

  const make = (directory: string) => slurmRunner({ directory, partition: 'main', pollSeconds: 0.5 });
  testJobRunner('slurmRunner', make, { ownProcesses: true, stops_ms: 20_000 });
});
