import { join } from 'node:path';
import { writeManifest } from '../manifests/manifest-file.js';
import { recordedPath, studyDirectory, withPathsFrom } from '../manifests/recorded-path.js';
import { SKIP_SUMMARY_NAME, type SkippedView, type SkipSummary, skipSummaryKind } from '../manifests/skip-summary.js';
import {
  TRAINING_MANIFEST_NAME,
  type TrainingManifest,
  type TrainingManifestJob,
  trainingManifestKind,
} from '../manifests/training-manifest.js';
import { packageVersion } from '../package-version.js';
import type { JobFilters } from './filter-jobs.js';
import type { TrainingJob, TrainingJobResult } from './training-job.js';

/** Jobs with their results, in the same order, and what was left out. */
export interface FinishedMatrix {
  readonly jobs: readonly TrainingJob[];
  readonly results: readonly TrainingJobResult[];
  readonly skipped: readonly SkippedView[];
}

/** What the manifest is about. */
export interface TrainingManifestRequest extends FinishedMatrix {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
  readonly artifactRoot: string;
  readonly filters: JobFilters;
  readonly dryRun: boolean;
  readonly now: Date;
}

/** The manifest as it was written. */
export interface WrittenTraining {
  readonly manifest: TrainingManifest;
  readonly manifestPath: string;
  readonly skipSummaryPath: string;
}

/**
 * Writes `skip_summary.json`, then `training_manifest.json`, under the artifact root.
 *
 * @throws OutputError they cannot be written; what stood there before is unchanged
 */
export async function writeTrainingManifest(request: TrainingManifestRequest): Promise<WrittenTraining> {
  const { artifactRoot: root, jobs, results, skipped, filters, now } = request;
  const skipSummaryPath = join(root, SKIP_SUMMARY_NAME);
  const manifestPath = join(root, TRAINING_MANIFEST_NAME);
  const within = studyDirectory([root, request.phaseCRoot, request.phaseDRoot]);
  const reasons = skipped.map((view) => ({ ...view, reason: withPathsFrom(within, view.reason) }));
  const summary: SkipSummary = { timestamp: now.toISOString(), skipped_views: reasons, skipped_count: skipped.length };
  await writeManifest(skipSummaryPath, skipSummaryKind, summary);
  const manifest: TrainingManifest = {
    schema_version: 1,
    timestamp: now.toISOString(),
    ptychokit_version: packageVersion(),
    phase_c_root: recordedPath(root, request.phaseCRoot, { within }),
    phase_d_root: recordedPath(root, request.phaseDRoot, { within }),
    artifact_root: recordedPath(root, root),
    filters: { dose: filters.dose ?? null, view: filters.view ?? null, gridsize: filters.gridsize ?? null },
    dry_run: request.dryRun,
    jobs: jobs.map((job, i) => manifestJob({ root, within }, job, results[i] as TrainingJobResult)),
    skipped_views: reasons,
    skipped_count: skipped.length,
    skip_summary_path: recordedPath(root, skipSummaryPath),
  };
  await writeManifest(manifestPath, trainingManifestKind, manifest);
  return { manifest, manifestPath, skipSummaryPath };
}

interface ManifestPlace {
  readonly root: string;
  readonly within: string | undefined;
}

function manifestJob({ root, within }: ManifestPlace, job: TrainingJob, result: TrainingJobResult): TrainingManifestJob {
  const inside = (path: string): string => recordedPath(root, path, { within });
  const insideOrNull = (path: string | null): string | null => (path === null ? null : inside(path));
  return {
    dose: job.dose,
    view: job.view,
    gridsize: job.gridsize,
    ...(job.model === undefined ? {} : { model: job.model }),
    train_data_path: inside(job.trainDataPath),
    test_data_path: inside(job.testDataPath),
    log_path: inside(job.logPath),
    artifact_dir: inside(job.artifactDir),
    result: {
      ...result,
      checkpoint_path: insideOrNull(result.checkpoint_path),
      bundle_path: insideOrNull(result.bundle_path),
      artifacts: Object.fromEntries(
        Object.entries(result.artifacts).map(([name, digest]) => [inside(join(job.artifactDir, name)), digest]),
      ),
    },
  };
}
