import { join, resolve } from 'node:path';
import { writeManifest } from '../manifests/manifest-file.js';
import { METRICS_BUNDLE_NAME, type MetricsBundle, type MetricsBundleView, metricsBundleKind } from '../manifests/metrics-bundle.js';
import { recordedPath, resolveRecorded, studyDirectory } from '../manifests/recorded-path.js';
import { SKIP_SUMMARY_NAME, type SkippedView, skipSummaryKind } from '../manifests/skip-summary.js';
import { createOutputDir } from '../output-dir.js';
import { packageVersion } from '../package-version.js';
import type { ViewFilters } from './build-view-jobs.js';

/** What phase D ended with. */
export interface ViewsToBundle {
  readonly phaseCRoot: string;
  readonly outputRoot: string;
  readonly artifactRoot: string | undefined;
  readonly filters: ViewFilters;
  /** Paths relative to the output root. */
  readonly views: readonly MetricsBundleView[];
  readonly skipped: readonly SkippedView[];
  readonly failed: readonly SkippedView[];
  readonly warnings: readonly SkippedView[];
  readonly now: Date;
}

/**
 * Writes `metrics_bundle.json` and `skip_summary.json` under the output root and, with the same numbers, under the artifact root.
 *
 * @returns paths of the bundles
 * @throws OutputError they cannot be written
 */
export async function writeMetricsBundles(request: ViewsToBundle): Promise<readonly string[]> {
  const { outputRoot, artifactRoot } = request;
  const roots = [outputRoot, ...(artifactRoot === undefined || resolve(artifactRoot) === resolve(outputRoot) ? [] : [artifactRoot])];
  const paths: string[] = [];
  for (const root of roots) {
    await createOutputDir(root);
    const { skipped, now } = request;
    const summary = { timestamp: now.toISOString(), skipped_views: [...skipped], skipped_count: skipped.length };
    await writeManifest(join(root, SKIP_SUMMARY_NAME), skipSummaryKind, summary);
    const path = join(root, METRICS_BUNDLE_NAME);
    await writeManifest(path, metricsBundleKind, bundleIn(root, request));
    paths.push(path);
  }
  return paths;
}

function bundleIn(
  root: string,
  { phaseCRoot, outputRoot, artifactRoot, filters, views, skipped, failed, warnings, now }: ViewsToBundle,
): MetricsBundle {
  const within = studyDirectory([phaseCRoot, outputRoot]);
  const at = (path: string): string => recordedPath(root, path, { within });
  return {
    schema_version: 1,
    timestamp: now.toISOString(),
    ptychokit_version: packageVersion(),
    phase_c_root: at(phaseCRoot),
    output_root: at(outputRoot),
    artifact_root: artifactRoot === undefined ? null : at(artifactRoot),
    filters: { dose: filters.dose ?? null, view: filters.view ?? null },
    views: views.map((view) => seenFrom(at, view, outputRoot)),
    skipped_views: [...skipped],
    skipped_count: skipped.length,
    failed_views: [...failed],
    warnings: [...warnings],
  };
}

/** The same files, named as a document in another directory names them. */
function seenFrom(at: (path: string) => string, view: MetricsBundleView, outputRoot: string): MetricsBundleView {
  const moved = <F extends { readonly path: string }>(file: F): F => ({
    ...file,
    path: at(resolveRecorded(outputRoot, file.path)),
  });
  const part = (split: MetricsBundleView['train']): MetricsBundleView['train'] => ({
    ...split,
    data: moved(split.data),
    metrics_file: moved(split.metrics_file),
  });
  return { ...view, train: part(view.train), test: part(view.test) };
}
