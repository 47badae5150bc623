import { join } from 'node:path';
import { writeManifest } from '../manifests/manifest-file.js';
import {
  RECONSTRUCTION_MANIFEST_NAME,
  type ReconstructionManifest,
  reconstructionManifestKind,
} from '../manifests/reconstruction-manifest.js';
import { recordedPath, studyDirectory, withPathsFrom } from '../manifests/recorded-path.js';
import { SKIP_SUMMARY_NAME, skipSummaryKind } from '../manifests/skip-summary.js';
import { packageVersion } from '../package-version.js';
import type { ReconstructionFilters, ReconstructionJobs } from './build-reconstruction-jobs.js';
import type { ReconstructionJob, ReconstructionResult } from './reconstruction-job.js';

/** What the manifest is about: jobs with their results, in the same order. */
export interface ReconstructionManifestRequest extends ReconstructionJobs {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
  readonly artifactRoot: string;
  readonly results: readonly ReconstructionResult[];
  readonly filters: ReconstructionFilters;
  readonly dryRun: boolean;
  readonly now: Date;
}

/** The manifest as it was written. */
export interface WrittenReconstructions {
  readonly manifest: ReconstructionManifest;
  readonly manifestPath: string;
  readonly skipSummaryPath: string;
}

/**
 * Writes `skip_summary.json`, then `reconstruction_manifest.json`, under the artifact root.
 *
 * @throws OutputError they cannot be written; what stood there before is unchanged
 */
export async function writeReconstructionManifest(request: ReconstructionManifestRequest): Promise<WrittenReconstructions> {
  const { artifactRoot: root, jobs, results, skipped, filters, now } = request;
  const [skipSummaryPath, manifestPath] = [join(root, SKIP_SUMMARY_NAME), join(root, RECONSTRUCTION_MANIFEST_NAME)];
  const timestamp = now.toISOString();
  const within = studyDirectory([root, request.phaseCRoot, request.phaseDRoot]);
  const at = (path: string): string => recordedPath(root, path, { within });
  const reasons = skipped.map((view) => ({ ...view, reason: withPathsFrom(within, view.reason) }));
  await writeManifest(skipSummaryPath, skipSummaryKind, { timestamp, skipped_views: reasons, skipped_count: skipped.length });
  const manifest: ReconstructionManifest = {
    schema_version: 1,
    timestamp,
    ptychokit_version: packageVersion(),
    phase_c_root: at(request.phaseCRoot),
    phase_d_root: at(request.phaseDRoot),
    artifact_root: at(root),
    filters: { dose: filters.dose ?? null, view: filters.view ?? null, split: filters.split ?? null },
    dry_run: request.dryRun,
    jobs: jobs.map((job, i) => manifestJob(at, job, results[i] as ReconstructionResult)),
    skipped_views: reasons,
    skipped_count: skipped.length,
    skip_summary_path: at(skipSummaryPath),
  };
  await writeManifest(manifestPath, reconstructionManifestKind, manifest);
  return { manifest, manifestPath, skipSummaryPath };
}

function manifestJob(
  inside: (path: string) => string,
  job: ReconstructionJob,
  result: ReconstructionResult,
): ReconstructionManifest['jobs'][number] {
  const artifacts = Object.entries(result.artifacts).map(([name, digest]) => [inside(join(job.artifactDir, name)), digest] as const);
  return {
    ...{ dose: job.dose, view: job.view, split: job.split },
    scan_path: inside(job.scanPath),
    log_path: inside(job.logPath),
    artifact_dir: inside(job.artifactDir),
    result: { ...result, artifacts: Object.fromEntries(artifacts) },
  };
}
