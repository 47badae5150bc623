import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyDesign } from '@ptychokit/config';
import { writeFileAtomically, writeJsonAtomically } from '../atomic-write.js';
import { digestFile, type FileDigest } from '../file-digest.js';
import { hostFacts } from '../host-facts.js';
import {
  COMPARISON_MANIFEST_NAME,
  type ComparisonManifest,
  comparisonManifestKind,
  REPORT_MANIFEST_NAME,
} from '../manifests/comparison-manifest.js';
import { writeManifest } from '../manifests/manifest-file.js';
import { commonDirectory, recordedPath, resolveRecorded, withPathsFrom } from '../manifests/recorded-path.js';
import type { SkippedView } from '../manifests/skip-summary.js';
import { packageVersion } from '../package-version.js';
import type { ComparisonRoots } from './build-cells.js';
import type { CellOutcome, ComparisonCell } from './comparison-cell.js';
import { comparisonCsv, comparisonRows, frcCsv } from './comparison-tables.js';

/** Cells with their outcomes, in the same order, and what the tables are about. */
export interface ComparisonToWrite {
  readonly roots: ComparisonRoots;
  readonly design: StudyDesign;
  readonly cells: readonly ComparisonCell[];
  readonly outcomes: readonly CellOutcome[];
  readonly skipped: readonly SkippedView[];
  /** What repeats the comparison. */
  readonly command: string;
  readonly now: Date;
}

/** The comparison as it was written. */
export interface WrittenComparison {
  readonly manifest: ComparisonManifest;
  readonly manifestPath: string;
  readonly metricsCsv: string;
  readonly metricsJson: string;
}

/**
 * Writes `metrics.csv`, `metrics.json`, `frc.csv` and, last, `comparison_manifest.json`, which vouches for them, for every image, and for
 * every file that went in.
 *
 * @throws OutputError they cannot be written
 */
export async function writeComparison(request: ComparisonToWrite): Promise<WrittenComparison> {
  const { roots, design, cells, outcomes, skipped, command, now } = request;
  const root = roots.comparison;
  const within = commonDirectory(Object.values(roots));
  const at = (path: string): string => recordedPath(root, path, { within });
  const listed = cells.map((cell, i) => listedCell(root, cell, outcomes[i] as CellOutcome));
  const reasons = skipped.map((view) => ({ ...view, reason: withPathsFrom(within, view.reason) }));
  const rows = comparisonRows({ cells: listed, skipped_views: reasons });
  const files = { 'metrics.csv': comparisonCsv(rows), 'frc.csv': frcCsv(listed) };
  const artifacts: Record<string, FileDigest> = {};
  for (const [name, text] of Object.entries(files)) await writeFileAtomically(join(root, name), text);
  await writeJsonAtomically(join(root, 'metrics.json'), { rows });
  for (const name of [...Object.keys(files), 'metrics.json']) artifacts[name] = await digestFile(join(root, name));
  const manifest: ComparisonManifest = {
    schema_version: 1,
    timestamp: now.toISOString(),
    ptychokit_version: packageVersion(),
    roots: {
      data: at(roots.data),
      views: at(roots.views),
      models: at(roots.models),
      reconstructions: at(roots.reconstructions),
    },
    command,
    design,
    host: { ...hostFacts() },
    cells: listed,
    skipped_views: reasons,
    artifacts,
  };
  await rm(join(root, REPORT_MANIFEST_NAME), { force: true }); // a report on another comparison is no evidence of this one
  const manifestPath = join(root, COMPARISON_MANIFEST_NAME);
  await writeManifest(manifestPath, comparisonManifestKind, manifest);
  return { manifest, manifestPath, metricsCsv: join(root, 'metrics.csv'), metricsJson: join(root, 'metrics.json') };
}

/** A cell whose paths are relative to the root of the comparison. */
function listedCell(root: string, cell: ComparisonCell, result: CellOutcome): ComparisonManifest['cells'][number] {
  const inRoot = <T extends { readonly path: string }>(file: T): T => ({
    ...file,
    path: recordedPath(root, resolveRecorded(cell.artifactDir, file.path), cell),
  });
  return {
    ...{ dose: cell.dose, view: cell.view, split: cell.split, gridsize: cell.gridsize },
    directory: recordedPath(root, cell.artifactDir),
    result: {
      ...result,
      error: result.error === null ? null : withPathsFrom(cell.within, result.error),
      scan: result.scan === null ? null : inRoot(result.scan),
      methods: result.methods.map((row) => ({ ...row, inputs: row.inputs.map(inRoot) })),
    },
  };
}
