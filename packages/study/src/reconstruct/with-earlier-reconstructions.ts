import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../manifests/manifest-file.js';
import {
  RECONSTRUCTION_MANIFEST_NAME,
  type ReconstructionManifest,
  reconstructionManifestKind,
} from '../manifests/reconstruction-manifest.js';
import { resolveRecorded } from '../manifests/recorded-path.js';
import { skippedBefore } from '../manifests/skip-summary.js';
import type { RunObserver } from '../run-event.js';
import { placeOf, wholeMatrix } from '../runners/whole-matrix.js';
import { type BuildReconstructionJobsRequest, buildReconstructionJobs, type ReconstructionJobs } from './build-reconstruction-jobs.js';
import { failedReconstruction, type ReconstructionJob, type ReconstructionResult, reconstructionLabel } from './reconstruction-job.js';
import { standingReconstruction } from './reconstruction-record.js';

/** Jobs with their results, in the same order, and what was left out. */
export interface FinishedReconstructions extends ReconstructionJobs {
  readonly results: readonly ReconstructionResult[];
}

/** What a run did, and what earlier ones under the same root left, so that a manifest tells of the whole matrix. */
export async function withEarlierReconstructions(
  request: BuildReconstructionJobsRequest,
  run: FinishedReconstructions,
  { onEvent }: { readonly onEvent: RunObserver },
): Promise<FinishedReconstructions> {
  const { artifactRoot: root } = request;
  const before = await readManifest(join(root, RECONSTRUCTION_MANIFEST_NAME), reconstructionManifestKind).catch(() => undefined);
  const listed = new Map(before?.jobs.map((row) => [resolveRecorded(root, row.artifact_dir), row]));
  const standing = async (job: ReconstructionJob): Promise<ReconstructionResult | null> => {
    const result = await standingReconstruction(job);
    const row = listed.get(placeOf(job))?.result;
    if (result !== null || row === undefined) return result;
    if (row.status === 'failed' && existsSync(job.artifactDir))
      return failedReconstruction(row.error, { config_sha256: row.config_sha256 });
    if (row.status === 'completed')
      onEvent({ type: 'note', text: `${reconstructionLabel(job)} is no longer what its record says: reconstruct it again` });
    return null;
  };
  const matrix = await buildReconstructionJobs(request);
  const { jobs, results } = await wholeMatrix({
    ...run,
    all: [...matrix.jobs, ...[...listed.values()].map((row) => jobOfRow(root, row))],
    standing,
  });
  const others = matrix.skipped.filter((view) => !run.skipped.some(({ dose, view: name }) => dose === view.dose && name === view.view));
  return { jobs, results, skipped: [...run.skipped, ...skippedBefore(before?.skipped_views, others)] };
}

/** A job as a manifest names it; enough to find what it left. */
const jobOfRow = (root: string, row: ReconstructionManifest['jobs'][number]): ReconstructionJob => ({
  ...{ dose: row.dose, view: row.view, split: row.split },
  scanPath: resolveRecorded(root, row.scan_path),
  artifactDir: resolveRecorded(root, row.artifact_dir),
  logPath: resolveRecorded(root, row.log_path),
});
