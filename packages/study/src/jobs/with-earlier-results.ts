import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../manifests/manifest-file.js';
import { resolveRecorded } from '../manifests/recorded-path.js';
import { skippedBefore } from '../manifests/skip-summary.js';
import { TRAINING_MANIFEST_NAME, type TrainingManifestJob, trainingManifestKind } from '../manifests/training-manifest.js';
import type { RunObserver } from '../run-event.js';
import { placeOf, wholeMatrix } from '../runners/whole-matrix.js';
import { type BuildTrainingJobsRequest, buildTrainingJobs } from './build-training-jobs.js';
import { jobLabel } from './job-label.js';
import { findStandingResult } from './job-record.js';
import { failedResult, type TrainingJob, type TrainingJobResult } from './training-job.js';
import type { FinishedMatrix } from './write-training-manifest.js';

/**
 * What a run did, and what earlier ones under the same root left: jobs that are finished, their files verified, jobs that failed, and
 * views that were skipped. A manifest so tells of the whole matrix, whatever the last command was asked for.
 */
export async function withEarlierResults(
  request: BuildTrainingJobsRequest,
  run: FinishedMatrix,
  { onEvent }: { readonly onEvent: RunObserver },
): Promise<FinishedMatrix> {
  const { artifactRoot: root } = request;
  const before = await readManifest(join(root, TRAINING_MANIFEST_NAME), trainingManifestKind).catch(() => undefined);
  const listed = new Map(before?.jobs.map((row) => [resolveRecorded(root, row.artifact_dir), row]));
  const standing = async (job: TrainingJob): Promise<TrainingJobResult | null> => {
    const result = await findStandingResult(job);
    const row = listed.get(placeOf(job))?.result;
    if (result !== null || row === undefined) return result;
    // A job whose process was killed failed without a record.
    if (row.status === 'failed' && existsSync(job.artifactDir)) return failedResult(row.error, { config_sha256: row.config_sha256 });
    if (row.status === 'completed') onEvent({ type: 'note', text: `${jobLabel(job)} is no longer what its record says: train it again` });
    return null;
  };
  const matrix = await buildTrainingJobs({ ...request, models: 'both' });
  const all = [...matrix.jobs, ...[...listed.values()].map((row) => jobOfRow(root, row))];
  const { jobs, results } = await wholeMatrix({ ...run, all, standing });
  const others = matrix.skipped.filter((view) => !run.skipped.some(({ dose, view: name }) => dose === view.dose && name === view.view));
  return { jobs, results, skipped: [...run.skipped, ...skippedBefore(before?.skipped_views, others)] };
}

/** A job as a manifest names it; enough to find what it left. */
function jobOfRow(root: string, row: TrainingManifestJob): TrainingJob {
  const { dose, view, gridsize, model } = row;
  return {
    ...{ dose, view, gridsize },
    ...(model === undefined ? {} : { model }),
    trainDataPath: resolveRecorded(root, row.train_data_path),
    testDataPath: resolveRecorded(root, row.test_data_path),
    artifactDir: resolveRecorded(root, row.artifact_dir),
    logPath: resolveRecorded(root, row.log_path),
  };
}
