import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isPtychoError, loadExecutionConfig, type TrainingConfig } from '@ptychokit/config';
import { type RunOptions, runServices } from '../compose.js';
import { asInterruption, throwIfInterrupted } from '../interruption-error.js';
import { lockForRun } from '../locks/lock-for-run.js';
import { JOB_RECORD_NAME } from '../manifests/job-record-kind.js';
import { asOutputError } from '../output-error.js';
import { executeTrainingJob } from './execute-training-job.js';
import { jobConfig, jobConfigDigest } from './job-config.js';
import { openJobLog } from './job-log.js';
import { findFinishedResult, writeJobRecord } from './job-record.js';
import { failedResult, plannedResult, type TrainingJob, type TrainingJobRequest, type TrainingJobResult } from './training-job.js';

/** Carries out one job; {@link executeTrainingJob} in production. `options.params` are bridged from `request.config`. */
export type TrainingJobRunner = (request: TrainingJobRequest, options: RunOptions) => Promise<TrainingJobResult>;

/** How a job is run. */
export interface RunTrainingJobOptions extends RunOptions {
  /** What carries the job out; default {@link executeTrainingJob}. */
  readonly runner?: TrainingJobRunner | undefined;
  /** Checks the configuration and creates nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Runs one job: creates its directories, builds and freezes its configuration, bridges it (CONFIG-001), then calls the runner, and keeps
 * the result in the job's own record.
 *
 * A job that was finished before (its record, its inputs and its files are verified) is not done again, unless `resume` is off. Whatever
 * goes wrong is a result with `status: "failed"`; only an interruption is thrown.
 *
 * @throws InterruptedError aborted through `signal`
 */
export async function runTrainingJob(job: TrainingJob, options: RunTrainingJobOptions = {}): Promise<TrainingJobResult> {
  const { dryRun = false, runner = executeTrainingJob, ...rest } = options;
  let config_sha256: string | null = null;
  try {
    const config = jobConfig(job);
    config_sha256 = jobConfigDigest(config);
    return dryRun ? plannedResult({ config_sha256 }) : await runLocked({ job, config, config_sha256, runner }, rest);
  } catch (error) {
    const reason = asInterruption(asOutputError(error, job.artifactDir), options.signal);
    if (isPtychoError(reason, 'INTERRUPTED')) throw reason;
    return failedResult(reason, { config_sha256 });
  }
}

interface JobToRun {
  readonly job: TrainingJob;
  readonly config: TrainingConfig;
  readonly config_sha256: string;
  readonly runner: TrainingJobRunner;
}

async function runLocked(run: JobToRun, options: RunOptions): Promise<TrainingJobResult> {
  const { job, config, config_sha256, runner } = run;
  const services = runServices(options);
  throwIfInterrupted(services.signal, { stage: 'the job' });
  for (const dir of [job.artifactDir, dirname(job.logPath)]) await mkdir(dir, { recursive: true });
  // A worker whose parent was killed may still be on its last step.
  using _lock = await lockForRun(job.artifactDir, { ...options, wait: true });
  const { resume } = job.execution ?? loadExecutionConfig();
  const finished = resume ? await findFinishedResult(job, config_sha256) : null;
  if (finished !== null) return finished;
  await clearLeftovers(job.artifactDir);
  services.params.bridge(config);
  const result = await callRunner(() => runner({ config, job, logPath: job.logPath }, { ...options, params: services.params }));
  return keepRecord(result, run, services.clock.now());
}

/** A runner that throws is a failed job like any other. */
async function callRunner(call: () => Promise<TrainingJobResult>): Promise<TrainingJobResult> {
  try {
    return await call();
  } catch (error) {
    if (isPtychoError(error, 'INTERRUPTED')) throw error;
    return failedResult(error);
  }
}

/** Without its record a job does not count as finished. */
async function keepRecord(result: TrainingJobResult, { job, config, config_sha256 }: JobToRun, now: Date): Promise<TrainingJobResult> {
  try {
    await writeJobRecord(job, result, { config, config_sha256, now });
    return result;
  } catch (error) {
    const reason = result.status === 'completed' ? error : result.error;
    await openJobLog(job.logPath, { now: () => now }).line(`the record of the job cannot be written: ${(error as Error).message}`);
    // The log has one more line now than its digest speaks of.
    return failedResult(reason, { ...result, artifacts: {} });
  }
}

/** The record of an earlier attempt is no longer true, and files that a killed one did not finish are of no use. */
async function clearLeftovers(dir: string): Promise<void> {
  await rm(join(dir, JOB_RECORD_NAME), { force: true });
  for (const folder of [dir, join(dir, 'checkpoints')]) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
  }
}
