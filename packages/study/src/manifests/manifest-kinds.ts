import { archiveManifestKind } from './archive-manifest.js';
import { cellRecordKind, comparisonManifestKind, reportManifestKind } from './comparison-manifest.js';
import { doseRecordKind } from './dose-record-kind.js';
import { jobRecordKind } from './job-record-kind.js';
import type { ManifestKind } from './manifest-kind.js';
import { metricsBundleKind } from './metrics-bundle.js';
import { reconstructionManifestKind, reconstructionRecordKind } from './reconstruction-manifest.js';
import { runManifestKind } from './run-manifest.js';
import { runRecordKind } from './run-record-kind.js';
import { skipSummaryKind } from './skip-summary.js';
import { splitMetricsKind } from './split-metrics.js';
import { studyManifestKind } from './study-manifest.js';
import { trainingManifestKind } from './training-manifest.js';

/** Every kind of manifest there is; each has a JSON Schema in `docs/schemas` and is checked by `verify`. */
export const MANIFEST_KINDS: readonly ManifestKind[] = [
  runRecordKind,
  runManifestKind,
  doseRecordKind,
  splitMetricsKind,
  metricsBundleKind,
  trainingManifestKind,
  jobRecordKind,
  reconstructionManifestKind,
  reconstructionRecordKind,
  cellRecordKind,
  comparisonManifestKind,
  reportManifestKind,
  skipSummaryKind,
  archiveManifestKind,
  studyManifestKind,
];

/** The kind of a file by its name; undefined for a file that is no manifest. */
export function manifestKindOf(fileName: string): ManifestKind | undefined {
  return MANIFEST_KINDS.find((kind) => kind.fileName.test(fileName));
}
