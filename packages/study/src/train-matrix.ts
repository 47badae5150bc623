import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionConfig, StudyDesign } from '@ptychokit/config';
import { type RunOptions, runServices } from './compose.js';
import { buildTrainingJobs, type TrainingJobs } from './jobs/build-training-jobs.js';
import { filterJobs, type JobFilters } from './jobs/filter-jobs.js';
import { jobConfig } from './jobs/job-config.js';
import { runTrainingJob } from './jobs/run-training-job.js';
import type { ModelChoice, TrainingJob, TrainingJobResult } from './jobs/training-job.js';
import { trainingPhase } from './jobs/training-phase.js';
import { type FinishedMatrix, type WrittenTraining, writeTrainingManifest } from './jobs/write-training-manifest.js';
import { lockDirectory } from './locks/directory-lock.js';
import { readManifest } from './manifests/manifest-file.js';
import { TRAINING_MANIFEST_NAME, trainingManifestKind } from './manifests/training-manifest.js';
import { assertWritableDir } from './output-dir.js';
import { automaticRunner } from './runners/automatic.js';
import type { JobRunner } from './runners/job-runner.js';
import { runUnfinished } from './runners/run-unfinished.js';

/** Phase E: which jobs to train, and how. */
export interface TrainMatrixRequest {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
  readonly artifactRoot: string;
  readonly design?: StudyDesign | undefined;
  readonly filters?: JobFilters | undefined;
  /** Fields of the training configuration of every job, with dotted keys. */
  readonly training?: Readonly<Record<string, unknown>> | undefined;
  readonly execution?: ExecutionConfig | undefined;
  /** Networks of each view; only the physics-informed one by default. */
  readonly models?: ModelChoice | undefined;
  /** Draws the reconstruction of each job's test scan. */
  readonly pictures?: boolean | undefined;
  /** Starts jobs anew whose checkpoint is of another configuration or of other data; such a job fails otherwise. */
  readonly replaceCheckpoints?: boolean | undefined;
  /** Default: {@link automaticRunner}. */
  readonly runner?: JobRunner | undefined;
  /** Checks everything and trains nothing; a manifest of a real run that stands there is kept. */
  readonly dryRun?: boolean | undefined;
  /** Waits for another process at work under the same artifact root instead of refusing. */
  readonly wait?: boolean | undefined;
}

/** What phase E ends with. */
export interface TrainMatrixResult extends FinishedMatrix {
  /** Null when nothing was written: a dry run beside the manifest of a real run. */
  readonly written: WrittenTraining | null;
}

/**
 * Trains the job matrix and writes `training_manifest.json` and `skip_summary.json`. Jobs that were finished before are kept; a job that
 * fails does not take the others down.
 *
 * @throws UsageError no job fits the filters; nothing is written
 * @throws ConfigError the configuration of a job is wrong; nothing is written
 * @throws LockedError another process is at work under the artifact root
 * @throws InterruptedError aborted through `signal`; what was finished is kept
 */
export async function trainMatrix(request: TrainMatrixRequest, options: RunOptions = {}): Promise<TrainMatrixResult> {
  const { artifactRoot, filters = {}, dryRun = false } = request;
  const { jobs, skipped } = await planMatrix(request);
  await assertWritableDir(artifactRoot);
  const { clock, onEvent, signal } = runServices(options);
  if (dryRun && (await hasRealManifest(artifactRoot))) {
    onEvent({ type: 'note', text: `${join(artifactRoot, TRAINING_MANIFEST_NAME)} is of a real run and is kept` });
    return { jobs, skipped, results: await plan(jobs), written: null };
  }
  using _lock = await lockDirectory(artifactRoot, {
    wait: request.wait,
    signal,
    onWait: ({ pid, host }) => onEvent({ type: 'note', text: `waiting for process ${pid} on ${host} to leave ${artifactRoot}` }),
  });
  const results = dryRun
    ? await plan(jobs)
    : await runUnfinished(trainingPhase, jobs, { runner: request.runner ?? automaticRunner(), ...options });
  const finished = { jobs, skipped, results };
  return { ...finished, written: await writeTrainingManifest({ ...request, ...finished, filters, dryRun, now: clock.now() }) };
}

/**
 * The jobs of a request, checked.
 *
 * @throws UsageError no job fits the filters
 * @throws ConfigError the configuration of a job is wrong
 */
export async function planMatrix(request: TrainMatrixRequest): Promise<TrainingJobs> {
  const chosen = filterJobs(await buildTrainingJobs(request), request.filters ?? {});
  for (const job of chosen.jobs) jobConfig(job);
  return chosen;
}

const plan = (jobs: readonly TrainingJob[]): Promise<readonly TrainingJobResult[]> =>
  Promise.all(jobs.map((job) => runTrainingJob(job, { dryRun: true })));

async function hasRealManifest(root: string): Promise<boolean> {
  const path = join(root, TRAINING_MANIFEST_NAME);
  if (!existsSync(path)) return false;
  const manifest = await readManifest(path, trainingManifestKind).catch(() => undefined);
  return manifest?.dry_run !== true;
}
