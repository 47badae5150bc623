import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '../atomic-write.js';
import { type RunOptions, runServices } from '../compose.js';
import { digestFile, type FileDigest } from '../file-digest.js';
import { throwIfInterrupted } from '../interruption-error.js';
import {
  COMPARISON_MANIFEST_NAME,
  type ComparisonManifest,
  comparisonManifestKind,
  REPORT_MANIFEST_NAME,
  reportManifestKind,
} from '../manifests/comparison-manifest.js';
import { readManifest, writeManifest } from '../manifests/manifest-file.js';
import { studyManifestKind } from '../manifests/study-manifest.js';
import { packageVersion } from '../package-version.js';
import { STUDY_MANIFEST_NAME } from '../study/study-roots.js';
import { binningOf, cellView } from './cell-view.js';
import { rasterise } from './figures/render-figure.js';
import type { SeenCell } from './page/overview.js';
import { pageAssets } from './page/page-assets.js';
import { reportPage } from './page/report-page.js';
import { reportFigures } from './report-figures.js';
import { FIGURES_NAME, REPORT_NAME } from './report-name.js';

/** What to report on. */
export interface ReportRequest {
  /** Directory of a study, or of its comparison. */
  readonly root: string;
  /** Also writes every figure as SVG and PNG. Default true. */
  readonly figures?: boolean | undefined;
}

/** The report as it was written. */
export interface WrittenReport {
  /** `report.html`. */
  readonly path: string;
  readonly bytes: number;
  /** Folder of the figures; null where none were asked for. */
  readonly figuresDir: string | null;
  readonly figureCount: number;
  readonly manifestPath: string;
}

/**
 * Writes `report.html`, one page that needs no network, the same figures as SVG and PNG, and `report_manifest.json`, which vouches for them,
 * beside the manifest of a comparison.
 *
 * @throws ManifestError there is no comparison, or it is not as it was written
 * @throws OutputError the report cannot be written
 * @throws InterruptedError aborted through `signal`
 */
export async function writeReport({ root, figures = true }: ReportRequest, options: RunOptions = {}): Promise<WrittenReport> {
  const { clock, onEvent, signal } = runServices(options);
  const dir = comparisonDir(root);
  const manifestPath = join(dir, REPORT_MANIFEST_NAME);
  const comparison = { path: COMPARISON_MANIFEST_NAME, ...(await digestFile(join(dir, COMPARISON_MANIFEST_NAME)).catch(() => NO_FILE)) };
  const manifest = await readManifest(join(dir, COMPARISON_MANIFEST_NAME), comparisonManifestKind);
  onEvent({ type: 'stage', stage: 'reading the images' });
  const seen = await seeCells(dir, manifest, signal);
  await rm(manifestPath, { force: true }); // what is about to change is vouched for by nobody
  const path = join(dir, REPORT_NAME);
  onEvent({ type: 'stage', stage: 'writing the report' });
  await writeFileAtomically(path, await pageOf({ dir, manifest, comparison, seen }));
  const artifacts: Record<string, FileDigest> = { [REPORT_NAME]: await digestFile(path) };
  await rm(join(dir, FIGURES_NAME), { recursive: true, force: true });
  if (figures) Object.assign(artifacts, await writeFigures({ dir, manifest, seen }, options));
  await writeManifest(manifestPath, reportManifestKind, {
    schema_version: 1,
    timestamp: clock.now().toISOString(),
    ptychokit_version: packageVersion(),
    ...{ comparison, artifacts },
  });
  const { bytes } = artifacts[REPORT_NAME] as FileDigest;
  const figuresDir = figures ? join(dir, FIGURES_NAME) : null;
  return { path, bytes, figuresDir, figureCount: (Object.keys(artifacts).length - 1) / 2, manifestPath };
}

/** Reading the manifest says what is wrong with a file that cannot be digested. */
const NO_FILE: FileDigest = { sha256: '', bytes: 0 };

/** Of a study, the directory of its comparison. */
function comparisonDir(root: string): string {
  const inside = join(root, 'comparison');
  return !existsSync(join(root, COMPARISON_MANIFEST_NAME)) && existsSync(inside) ? inside : root;
}

async function seeCells(dir: string, { cells }: ComparisonManifest, signal: AbortSignal | undefined): Promise<readonly SeenCell[]> {
  const binning = binningOf(cells);
  const seen: SeenCell[] = [];
  for (const cell of cells) {
    throwIfInterrupted(signal, { stage: 'the report' });
    seen.push({ cell, view: await cellView(dir, cell, binning) });
  }
  return seen;
}

interface Page {
  readonly dir: string;
  readonly manifest: ComparisonManifest;
  readonly comparison: { readonly path: string } & FileDigest;
  readonly seen: readonly SeenCell[];
}

async function pageOf({ dir, ...facts }: Page): Promise<string> {
  const studyDir = dirname(resolve(dir));
  const study = await readManifest(join(studyDir, STUDY_MANIFEST_NAME), studyManifestKind).catch(() => undefined);
  const name = basename(study === undefined && basename(resolve(dir)) !== 'comparison' ? resolve(dir) : studyDir);
  return reportPage({ ...facts, name, study, comparisonName: basename(resolve(dir)), assets: await pageAssets() });
}

async function writeFigures(
  { dir, manifest, seen }: Omit<Page, 'comparison'>,
  options: RunOptions,
): Promise<Readonly<Record<string, FileDigest>>> {
  const { onEvent, signal } = runServices(options);
  const written: Record<string, FileDigest> = {};
  await mkdir(join(dir, FIGURES_NAME), { recursive: true });
  onEvent({ type: 'stage', stage: 'drawing the figures' });
  for (const { name, svg } of reportFigures(manifest, seen)) {
    throwIfInterrupted(signal, { stage: 'the figures of the report' });
    for (const [suffix, content] of [
      ['svg', svg],
      ['png', await rasterise(svg)],
    ] as const) {
      const file = `${FIGURES_NAME}/${name}.${suffix}`;
      await writeFileAtomically(join(dir, file), content);
      written[file] = await digestFile(join(dir, file));
    }
  }
  return written;
}
