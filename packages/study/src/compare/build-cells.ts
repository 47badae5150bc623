import { type ExecutionConfig, loadStudyDesign, type StudyDesign } from '@ptychokit/config';
import { MODEL_KINDS } from '../jobs/training-job.js';
import { findViewData } from '../jobs/view-data.js';
import { commonDirectory } from '../manifests/recorded-path.js';
import type { SkippedView } from '../manifests/skip-summary.js';
import { SPLITS, splitDir, trainingPaths, viewPaths } from '../study-layout.js';
import type { ComparisonCell } from './comparison-cell.js';

/** Where the phases before left what is compared. */
export interface ComparisonRoots {
  /** Phase C. */
  readonly data: string;
  /** Phase D. */
  readonly views: string;
  /** Phase E. */
  readonly models: string;
  /** Phase F. */
  readonly reconstructions: string;
  /** What phase G writes. */
  readonly comparison: string;
}

/** What to make cells of. */
export interface BuildCellsRequest {
  readonly roots: ComparisonRoots;
  /** Views, and the threshold of the region; default: the canonical design. */
  readonly design?: StudyDesign | undefined;
  readonly execution?: ExecutionConfig | undefined;
}

/** Every dose that phase C wrote by every view of the design by test and train, in that order. */
export async function buildCells({
  roots,
  design = loadStudyDesign(),
  execution,
}: BuildCellsRequest): Promise<{ readonly cells: readonly ComparisonCell[]; readonly skipped: readonly SkippedView[] }> {
  const within = commonDirectory(Object.values(roots));
  const { found, skipped } = await findViewData({ phaseCRoot: roots.data, phaseDRoot: roots.views }, design);
  const cells = found.flatMap(({ dose, view: { name: view, gridsize, overlap }, data }) =>
    [...SPLITS].reverse().map((split): ComparisonCell => {
      const modelDirs = MODEL_KINDS.map((model) => [model, trainingPaths(roots.models, { dose, view, gridsize, model }).dir]);
      return {
        ...{ dose, view, gridsize, split, overlap },
        scanPath: data[split],
        overlapPath: viewPaths(roots.views, { dose, view }).metrics[split],
        modelDirs: Object.fromEntries(modelDirs) as ComparisonCell['modelDirs'],
        reconstructionDir: splitDir(roots.reconstructions, { dose, view, split }),
        artifactDir: splitDir(roots.comparison, { dose, view, split }),
        regionThreshold: design.regionThreshold,
        ...(within === undefined ? {} : { within }),
        ...(execution === undefined ? {} : { execution }),
      };
    }),
  );
  return { cells, skipped };
}
