import type { ExecutionConfig, StudyDesign } from '@ptychokit/config';
import { type RunOptions, type RunServices, runServices } from './compose.js';
import { fewImagesWarning, warningLines } from './few-images.js';
import { buildTrainingJobs, type TrainingJobs } from './jobs/build-training-jobs.js';
import { filterJobs, type JobFilters } from './jobs/filter-jobs.js';
import { jobConfig } from './jobs/job-config.js';
import { jobLabel } from './jobs/job-label.js';
import { runTrainingJob } from './jobs/run-training-job.js';
import type { ModelChoice, TrainingJob, TrainingJobResult } from './jobs/training-job.js';
import { trainingPhase } from './jobs/training-phase.js';
import { withEarlierResults } from './jobs/with-earlier-results.js';
import { type FinishedMatrix, type WrittenTraining, writeTrainingManifest } from './jobs/write-training-manifest.js';
import { TRAINING_MANIFEST_NAME, trainingManifestKind } from './manifests/training-manifest.js';
import { type MatrixPhase, type MatrixRunOptions, runMatrix } from './runners/run-matrix.js';

/** Phase E: which jobs to train, and how. */
export interface TrainMatrixRequest extends MatrixRunOptions {
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
}

/** What phase E ends with. */
export interface TrainMatrixResult extends FinishedMatrix {
  /** Null when nothing was written: a dry run beside the manifest of a real run. */
  readonly written: WrittenTraining | null;
}

/**
 * Trains the job matrix and writes `training_manifest.json` and `skip_summary.json`. Jobs that were finished before are kept; a job that
 * fails does not take the others down. What earlier runs left stays in the manifest, also where the filters leave it out.
 *
 * @throws UsageError no job fits the filters; nothing is written
 * @throws ConfigError the configuration of a job is wrong; nothing is written
 * @throws LockedError another process is at work under the artifact root
 * @throws InterruptedError aborted through `signal`; what was finished is kept
 */
export async function trainMatrix(request: TrainMatrixRequest, options: RunOptions = {}): Promise<TrainMatrixResult> {
  const { artifactRoot, filters = {}, dryRun = false } = request;
  const { jobs, skipped } = await planMatrix(request);
  const run = {
    ...request,
    root: artifactRoot,
    jobs,
    write: async (results: readonly TrainingJobResult[], now: Date) => {
      const own = { jobs, skipped, results };
      const told = dryRun ? own : await withEarlierResults(request, own, runServices(options));
      return writeTrainingManifest({ ...request, ...told, filters, dryRun, now });
    },
  };
  const done = await runMatrix(MATRIX, run, options);
  warnOfFewImages({ jobs, results: done.results }, runServices(options));
  return { jobs, skipped, ...done };
}

/** Losses of networks that had hardly anything to learn from look like any others. */
function warnOfFewImages({ jobs, results }: Pick<FinishedMatrix, 'jobs' | 'results'>, { onEvent }: Pick<RunServices, 'onEvent'>): void {
  const warnings = jobs.map((job, i) => {
    const images = results[i]?.metrics.train_images;
    return { label: jobLabel(job), warning: typeof images === 'number' ? fewImagesWarning({ images }) : null };
  });
  for (const text of warningLines(warnings)) onEvent({ type: 'note', text });
}

const MATRIX: MatrixPhase<TrainingJob, TrainingJobResult> = {
  phase: trainingPhase,
  manifest: { name: TRAINING_MANIFEST_NAME, kind: trainingManifestKind },
  plan: (job) => runTrainingJob(job, { dryRun: true }),
};

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
