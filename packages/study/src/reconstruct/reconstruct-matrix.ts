import { type RunOptions, runServices } from '../compose.js';
import { RECONSTRUCTION_MANIFEST_NAME, reconstructionManifestKind } from '../manifests/reconstruction-manifest.js';
import { type MatrixPhase, type MatrixRunOptions, runMatrix } from '../runners/run-matrix.js';
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
import { withEarlierReconstructions } from './with-earlier-reconstructions.js';
import { type WrittenReconstructions, writeReconstructionManifest } from './write-reconstruction-manifest.js';

/** Phase F: what to reconstruct iteratively, and how. */
export interface ReconstructMatrixRequest extends BuildReconstructionJobsRequest, MatrixRunOptions {
  readonly filters?: ReconstructionFilters | undefined;
}

/** What phase F ends with: jobs with their results, in the same order. */
export interface ReconstructMatrixResult extends ReconstructionJobs {
  readonly results: readonly ReconstructionResult[];
  /** Null when nothing was written: a dry run beside the manifest of a real run. */
  readonly written: WrittenReconstructions | null;
}

/**
 * Reconstructs every split of every view of every dose iteratively, and writes `reconstruction_manifest.json` and `skip_summary.json`. Jobs
 * that were finished before are kept; a job that fails does not take the others down. What earlier runs left stays in the manifest, also
 * where the filters leave it out.
 *
 * @throws UsageError no job fits the filters; nothing is written
 * @throws ConfigError the configuration of a job is wrong; nothing is written
 * @throws LockedError another process is at work under the artifact root
 * @throws InterruptedError aborted through `signal`; what was finished is kept
 */
export async function reconstructMatrix(request: ReconstructMatrixRequest, options: RunOptions = {}): Promise<ReconstructMatrixResult> {
  const { artifactRoot, filters = {}, dryRun = false } = request;
  const { jobs, skipped } = await planReconstructions(request);
  const run = {
    ...request,
    root: artifactRoot,
    jobs,
    write: async (results: readonly ReconstructionResult[], now: Date) => {
      const own = { jobs, skipped, results };
      const told = dryRun ? own : await withEarlierReconstructions(request, own, runServices(options));
      return writeReconstructionManifest({ ...request, ...told, filters, dryRun, now });
    },
  };
  return { jobs, skipped, ...(await runMatrix(MATRIX, run, options)) };
}

const MATRIX: MatrixPhase<ReconstructionJob, ReconstructionResult> = {
  phase: reconstructionPhase,
  manifest: { name: RECONSTRUCTION_MANIFEST_NAME, kind: reconstructionManifestKind },
  plan: (job) => runReconstructionJob(job, { dryRun: true }),
};

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
