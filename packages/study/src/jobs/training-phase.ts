import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadExecutionConfig, systemClock } from '@ptychokit/config';
import { JOB_RECORD_NAME } from '../manifests/job-record-kind.js';
import type { JobPhase } from '../runners/job-phase.js';
import { jobConfig, jobConfigDigest } from './job-config.js';
import { jobLabel } from './job-label.js';
import { openJobLog } from './job-log.js';
import { findFinishedResult, readJobResult } from './job-record.js';
import { runTrainingJob } from './run-training-job.js';
import { failedResult, type TrainingJob, type TrainingJobResult } from './training-job.js';

/** Phase E for the runners. */
export const trainingPhase: JobPhase<TrainingJob, TrainingJobResult> = {
  name: 'train',
  label: jobLabel,
  cost: trainingCost,
  withThreads: (job, threads) => {
    const execution = job.execution ?? loadExecutionConfig();
    // Results repeat bit for bit at one thread count only, which must not depend on the runner or on how many jobs are left.
    return execution.threads > 0 || execution.deterministic ? job : { ...job, execution: { ...execution, threads } };
  },
  run: runTrainingJob,
  recall: async (job) => {
    const { resume } = job.execution ?? loadExecutionConfig();
    return resume ? findFinishedResult(job, jobConfigDigest(jobConfig(job))) : null;
  },
  read: readJobResult,
  forget: (job) => rm(join(job.artifactDir, JOB_RECORD_NAME), { force: true }),
  fail: async (job, reason) => {
    await openJobLog(job.logPath, systemClock).line(`failed: ${reason}`);
    return failedResult(reason, { config_sha256: jobConfigDigest(jobConfig(job)) });
  },
};

/** What a pixel of a frame takes in the files of phase C: amplitude and true patch. */
const BYTES_PER_PIXEL = 12;
/** A group of four frames takes this much longer than a single one: the network sees it as one image with four channels. */
const DEARER_IN_FOUR = 1.2;

/** Time of an epoch in any unit, from the groups of an epoch: as many as the job asks for, else one for each frame of its scan. */
export function trainingCost({ trainDataPath, gridsize, training = {} }: TrainingJob): number {
  const { nGroups, 'model.N': N } = training;
  const bytes = statSync(trainDataPath, { throwIfNoEntry: false })?.size ?? 0;
  const pixels = typeof N === 'number' ? N ** 2 : 64 ** 2;
  const groups = typeof nGroups === 'number' ? nGroups : bytes / (BYTES_PER_PIXEL * pixels);
  return groups * pixels * (1 + ((DEARER_IN_FOUR - 1) * (gridsize ** 2 - 1)) / 3);
}
