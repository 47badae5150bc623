import * as z from '@ptychokit/config/zod';
import { dose, gridsize, path, recordedFile, schemaVersion, timestamp, viewName } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';
import { SKIP_SUMMARY_NAME, skippedView } from './skip-summary.js';

/** File name of the manifest of phase D. */
export const METRICS_BUNDLE_NAME = 'metrics_bundle.json';

const splitRecord = z.strictObject(
  z.lazyShape(() => ({
    data: recordedFile,
    metrics_file: recordedFile,
    metrics: z.record(z.string(), z.unknown()).describe('What stands in the metrics file, paths left out.'),
  })),
);

const viewRecord = z.strictObject(z.lazyShape(() => ({ dose, view: viewName, gridsize, train: splitRecord, test: splitRecord })));

/** What phase D made; `metrics_bundle.json` under its root, and under the artifact root. */
export const metricsBundleKind = defineManifest({
  name: 'metrics_bundle',
  title: 'bundle of overlap metrics',
  fileName: /^metrics_bundle\.json$/,
  schema: z.strictObject(
    z.lazyShape(() => ({
      schema_version: schemaVersion,
      timestamp,
      ptychokit_version: z.string(),
      phase_c_root: path,
      output_root: path,
      artifact_root: path.nullable(),
      filters: z.strictObject({ dose: dose.nullable(), view: viewName.nullable() }),
      views: z.array(viewRecord),
      skipped_views: z.array(skippedView),
      skipped_count: z.int().min(0),
      warnings: z.array(skippedView).optional().describe('Views that were made and that a reader must know something about.'),
      failed_views: z.array(skippedView).describe('Views that could not be read or written, with the reason.'),
    })),
  ),
  artifacts: ({ views }) => [
    { path: SKIP_SUMMARY_NAME },
    ...views.flatMap(({ train, test }) => [train.data, train.metrics_file, test.data, test.metrics_file]),
  ],
});

/** Content of `metrics_bundle.json`. */
export type MetricsBundle = ManifestOf<typeof metricsBundleKind>;

/** One view of one dose in a {@link MetricsBundle}. */
export type MetricsBundleView = MetricsBundle['views'][number];
