import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadExecutionConfig, systemClock } from '@ptychokit/config';
import { openJobLog } from '../jobs/job-log.js';
import { RECONSTRUCTION_RECORD_NAME } from '../manifests/reconstruction-manifest.js';
import type { JobPhase } from '../runners/job-phase.js';
import { reconstructionConfig, reconstructionConfigDigest } from './reconstruction-config.js';
import { failedReconstruction, type ReconstructionJob, type ReconstructionResult, reconstructionLabel } from './reconstruction-job.js';
import { finishedReconstruction, readReconstruction } from './reconstruction-record.js';
import { runReconstructionJob } from './run-reconstruction-job.js';

/** Phase F for the runners. */
export const reconstructionPhase: JobPhase<ReconstructionJob, ReconstructionResult> = {
  name: 'reconstruct',
  label: reconstructionLabel,
  cost: ({ scanPath }) => statSync(scanPath, { throwIfNoEntry: false })?.size ?? 0,
  withThreads: (job, threads) => {
    const execution = job.execution ?? loadExecutionConfig();
    return execution.threads > 0 || execution.deterministic ? job : { ...job, execution: { ...execution, threads } };
  },
  run: runReconstructionJob,
  recall: async (job) => {
    const { resume } = job.execution ?? loadExecutionConfig();
    return resume ? finishedReconstruction(job, reconstructionConfigDigest(reconstructionConfig(job))) : null;
  },
  read: async (job) => ((await readReconstruction(job))?.result ?? null) as ReconstructionResult | null,
  forget: ({ artifactDir }) => rm(join(artifactDir, RECONSTRUCTION_RECORD_NAME), { force: true }),
  fail: async (job, reason) => {
    await openJobLog(job.logPath, systemClock).line(`failed: ${reason}`);
    return failedReconstruction(reason, { config_sha256: reconstructionConfigDigest(reconstructionConfig(job)) });
  },
};
