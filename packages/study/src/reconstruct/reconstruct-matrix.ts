import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RunOptions, runServices } from '../compose.js';
import { lockDirectory } from '../locks/directory-lock.js';
import { readManifest } from '../manifests/manifest-file.js';
import { RECONSTRUCTION_MANIFEST_NAME, reconstructionManifestKind } from '../manifests/reconstruction-manifest.js';
import { assertWritableDir } from '../output-dir.js';
import { automaticRunner } from '../runners/automatic.js';
import type { JobRunner } from '../runners/job-runner.js';
import { runUnfinished } from '../runners/run-unfinished.js';
import {
  type BuildReconstructionJobsRequest,
  buildReconstructionJobs,
  filterReconstructionJobs,
  type ReconstructionFilters,
  type ReconstructionJobs,
} from './build-reconstruction-jobs.js';
import { reconstructionConfig } from './reconstruction-config.js';
import type { ReconstructionJob, ReconstructionResult } from './reconstruction-job.js';
import { reconstructionPhase } from './reconstruction-phase.js';
import { runReconstructionJob } from './run-reconstruction-job.js';
import { type WrittenReconstructions, writeReconstructionManifest } from './write-reconstruction-manifest.js';

/** Phase F: what to reconstruct iteratively, and how. */
export interface ReconstructMatrixRequest extends BuildReconstructionJobsRequest {
  readonly filters?: ReconstructionFilters | undefined;
  /** Default: {@link automaticRunner}. */
  readonly runner?: JobRunner | undefined;
  /** Checks everything and reconstructs nothing; a manifest of a real run that stands there is kept. */
  readonly dryRun?: boolean | undefined;
  /** Waits for another process at work under the same artifact root instead of refusing. */
  readonly wait?: boolean | undefined;
}

/** What phase F ends with: jobs with their results, in the same order. */
export interface ReconstructMatrixResult extends ReconstructionJobs {
  readonly results: readonly ReconstructionResult[];
  /** Null when nothing was written: a dry run beside the manifest of a real run. */
  readonly written: WrittenReconstructions | null;
}

/**
 * Reconstructs every split of every view of every dose iteratively, and writes `reconstruction_manifest.json` and `skip_summary.json`. Jobs
 * that were finished before are kept; a job that fails does not take the others down.
 *
 * @throws UsageError no job fits the filters; nothing is written
 * @throws ConfigError the configuration of a job is wrong; nothing is written
 * @throws LockedError another process is at work under the artifact root
 * @throws InterruptedError aborted through `signal`; what was finished is kept
 */
export async function reconstructMatrix(request: ReconstructMatrixRequest, options: RunOptions = {}): Promise<ReconstructMatrixResult> {
  const { artifactRoot, filters = {}, dryRun = false } = request;
  const { jobs, skipped } = await planReconstructions(request);
  await assertWritableDir(artifactRoot);
  const { clock, onEvent, signal } = runServices(options);
  if (dryRun && (await hasRealManifest(artifactRoot))) {
    onEvent({ type: 'note', text: `${join(artifactRoot, RECONSTRUCTION_MANIFEST_NAME)} is of a real run and is kept` });
    return { jobs, skipped, results: await plan(jobs), written: null };
  }
  using _lock = await lockDirectory(artifactRoot, {
    wait: request.wait,
    signal,
    onWait: ({ pid, host }) => onEvent({ type: 'note', text: `waiting for process ${pid} on ${host} to leave ${artifactRoot}` }),
  });
  const results = dryRun
    ? await plan(jobs)
    : await runUnfinished(reconstructionPhase, jobs, { runner: request.runner ?? automaticRunner(), ...options });
  const finished = { jobs, skipped, results };
  return { ...finished, written: await writeReconstructionManifest({ ...request, ...finished, filters, dryRun, now: clock.now() }) };
}

/**
 * The jobs of a request, checked.
 *
 * @throws UsageError no job fits the filters
 * @throws ConfigError the configuration of a job is wrong
 */
export async function planReconstructions(request: ReconstructMatrixRequest): Promise<ReconstructionJobs> {
  const chosen = filterReconstructionJobs(await buildReconstructionJobs(request), request.filters ?? {});
  for (const job of chosen.jobs) reconstructionConfig(job);
  return chosen;
}

const plan = (jobs: readonly ReconstructionJob[]): Promise<readonly ReconstructionResult[]> =>
  Promise.all(jobs.map((job) => runReconstructionJob(job, { dryRun: true })));

async function hasRealManifest(root: string): Promise<boolean> {
  const path = join(root, RECONSTRUCTION_MANIFEST_NAME);
  if (!existsSync(path)) return false;
  const manifest = await readManifest(path, reconstructionManifestKind).catch(() => undefined);
  return manifest?.dry_run !== true;
}
