import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyDesign, StudyView } from '@ptychokit/config';
import { readManifest } from '../manifests/manifest-file.js';
import { METRICS_BUNDLE_NAME, metricsBundleKind } from '../manifests/metrics-bundle.js';
import type { SkippedView } from '../manifests/skip-summary.js';
import { doseOfDirName, dosePaths, type Split, viewPaths } from '../study-layout.js';

/** What phases C and D left. */
export interface DataRoots {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
}

/** The scans of one view of one dose. */
export interface ViewData {
  readonly dose: number;
  readonly view: StudyView;
  readonly data: Readonly<Record<Split, string>>;
}

/** Every dose that phase C wrote by every view of the design, in that order, and the views whose data is not there, with the reason. */
export async function findViewData(
  roots: DataRoots,
  design: StudyDesign,
): Promise<{ readonly found: readonly ViewData[]; readonly skipped: readonly SkippedView[] }> {
  const reasons = await skipReasons(roots.phaseDRoot);
  const found: ViewData[] = [];
  const skipped: SkippedView[] = [];
  for (const dose of await dosesOf(roots.phaseCRoot, design)) {
    for (const view of design.views) {
      const data = dataOf(roots, { dose, view });
      const missing = [data.train, data.test].find((path) => !existsSync(path));
      if (missing === undefined) found.push({ dose, view, data });
      else skipped.push({ dose, view: view.name, reason: reasons.get(`${dose} ${view.name}`) ?? `no data: ${missing} does not exist` });
    }
  }
  return { found, skipped };
}

/** A view that keeps every position of phase C uses the files of phase C themselves. */
const keepsAll = ({ overlap, sImg }: StudyView): boolean => overlap === null && sImg === null;

function dataOf({ phaseCRoot, phaseDRoot }: DataRoots, { dose, view }: Pick<ViewData, 'dose' | 'view'>): ViewData['data'] {
  if (!keepsAll(view)) return viewPaths(phaseDRoot, { dose, view: view.name }).data;
  const { patchedTrain, patchedTest } = dosePaths(phaseCRoot, dose);
  return { train: patchedTrain, test: patchedTest };
}

async function dosesOf(phaseCRoot: string, design: StudyDesign): Promise<readonly number[]> {
  const names = await readdir(phaseCRoot).catch(() => []);
  const found = names.flatMap((name) => doseOfDirName(name) ?? []).sort((a, b) => a - b);
  return found.length > 0 ? found : design.doses;
}

/** Why phase D left views out, as it recorded it. */
async function skipReasons(phaseDRoot: string): Promise<ReadonlyMap<string, string>> {
  const bundle = await readManifest(join(phaseDRoot, METRICS_BUNDLE_NAME), metricsBundleKind).catch(() => undefined);
  return new Map(bundle?.skipped_views.map(({ dose, view, reason }) => [`${dose} ${view}`, reason]));
}
