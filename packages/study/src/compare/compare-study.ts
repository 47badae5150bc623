import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadStudyDesign, type StudyDesign } from '@ptychokit/config';
import { type RunOptions, runServices } from '../compose.js';
import { UsageError } from '../errors.js';
import { filterFix } from '../jobs/filter-fix.js';
import { lockForRun } from '../locks/lock-for-run.js';
import { CELL_RECORD_NAME } from '../manifests/comparison-manifest.js';
import type { SkippedView } from '../manifests/skip-summary.js';
import { assertWritableDir, createOutputDir } from '../output-dir.js';
import { automaticRunner } from '../runners/automatic.js';
import type { JobRunner } from '../runners/job-runner.js';
import { runUnfinished } from '../runners/run-unfinished.js';
import { wholeMatrix } from '../runners/whole-matrix.js';
import type { Split } from '../study-layout.js';
import { type BuildCellsRequest, buildCells } from './build-cells.js';
import { type CellOutcome, type ComparisonCell, cellLabel } from './comparison-cell.js';
import { comparisonPhase } from './comparison-phase.js';
import { recallCell } from './run-cell.js';
import { type WrittenComparison, writeComparison } from './write-comparison.js';

/** Phase G: what to compare, and how. */
export interface CompareRequest extends BuildCellsRequest {
  readonly filters?:
    | { readonly dose?: number | undefined; readonly view?: string | undefined; readonly split?: Split | undefined }
    | undefined;
  /** Default: {@link automaticRunner}. */
  readonly runner?: JobRunner | undefined;
  /** Says what would be compared and writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Waits for another process at work under the same root instead of refusing. */
  readonly wait?: boolean | undefined;
  /** What repeats the comparison; stands in the manifest. */
  readonly command?: string | undefined;
}

/** What phase G ends with. */
export interface CompareResult {
  readonly cells: readonly ComparisonCell[];
  /** In the order of the cells; empty for a dry run. */
  readonly outcomes: readonly CellOutcome[];
  readonly skipped: readonly SkippedView[];
  /** Null for a dry run. */
  readonly written: WrittenComparison | null;
}

/**
 * Compares what networks and iterative engines made of every cell with the truth: all aligned and scored in the same way on the same
 * pixels. Cells whose inputs are what they were are kept, also in the manifest where the filters leave them out; a method that left
 * nothing is a row with the reason.
 *
 * @throws UsageError there is no cell, or none fits the filters; nothing is written
 * @throws LockedError another process is at work under the root
 * @throws InterruptedError aborted through `signal`; finished cells are kept
 */
export async function compareStudy(request: CompareRequest, options: RunOptions = {}): Promise<CompareResult> {
  const { roots, filters = {}, design = loadStudyDesign(), command = 'ptychokit compare' } = request;
  const all = await buildCells({ ...request, design });
  const { cells, skipped } = chosen(all, { filters, where: roots.views });
  await assertWritableDir(roots.comparison);
  if (request.dryRun === true) return { cells, skipped, outcomes: [], written: null };
  const { clock, onEvent } = runServices(options);
  await createOutputDir(roots.comparison);
  using _lock = await lockForRun(roots.comparison, { ...options, wait: request.wait });
  const outcomes = await runUnfinished(comparisonPhase, cells, { runner: request.runner ?? automaticRunner(), ...options });
  const standing = async (cell: ComparisonCell): Promise<CellOutcome | null> => {
    const outcome = await recallCell(cell);
    if (outcome === null && existsSync(join(cell.artifactDir, CELL_RECORD_NAME)))
      onEvent({ type: 'note', text: `${cellLabel(cell)} is left out: what it was made of has changed; compare it again` });
    return outcome;
  };
  const told = await wholeMatrix({ jobs: cells, results: outcomes, all: all.cells, standing });
  const written = await writeComparison({
    ...{ roots, design: design as StudyDesign, skipped: all.skipped, command, now: clock.now() },
    ...{ cells: told.jobs, outcomes: told.results },
  });
  return { cells, outcomes, skipped, written };
}

function chosen(
  { cells, skipped }: Awaited<ReturnType<typeof buildCells>>,
  { filters, where }: { readonly filters: NonNullable<CompareRequest['filters']>; readonly where: string },
): Awaited<ReturnType<typeof buildCells>> {
  const fits = (place: { readonly dose: number; readonly view: string; readonly split?: Split }): boolean =>
    (filters.dose === undefined || place.dose === filters.dose) &&
    (filters.view === undefined || place.view === filters.view) &&
    (filters.split === undefined || place.split === undefined || place.split === filters.split);
  const found = { cells: cells.filter(fits), skipped: skipped.filter(fits) };
  if (found.cells.length > 0) return found;
  const exist = cells.map((cell) => `  - ${cellLabel(cell)}`);
  throw new UsageError([`There is no cell to compare; ${exist.length === 0 ? 'none exists' : 'these exist:'}`, ...exist].join('\n'), {
    where,
    fix: exist.length === 0 ? 'run generate and overlap first, or correct the directory' : filterFix(filters, cells),
  });
}
