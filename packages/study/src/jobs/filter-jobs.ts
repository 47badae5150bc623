import { UsageError } from '../errors.js';
import type { SkippedView } from '../manifests/skip-summary.js';
import { doseLabel } from '../study-layout.js';
import type { TrainingJobs } from './build-training-jobs.js';
import { filterFix } from './filter-fix.js';

/** Which jobs of the matrix to run; absent means all. */
export interface JobFilters {
  readonly dose?: number | undefined;
  readonly view?: string | undefined;
  readonly gridsize?: number | undefined;
}

/**
 * The jobs that fit every filter.
 *
 * @throws UsageError there is none; the message lists what exists
 */
export function filterJobs({ jobs, skipped }: TrainingJobs, filters: JobFilters): TrainingJobs {
  const fits = (place: { readonly dose: number; readonly view: string; readonly gridsize?: number }): boolean =>
    (filters.dose === undefined || place.dose === filters.dose) &&
    (filters.view === undefined || place.view === filters.view) &&
    (filters.gridsize === undefined || place.gridsize === undefined || place.gridsize === filters.gridsize);
  const chosen = { jobs: jobs.filter(fits), skipped: skipped.filter(fits) };
  if (chosen.jobs.length === 0) throw nothingToDo({ jobs, skipped }, { filters, skipped: chosen.skipped });
  return chosen;
}

function nothingToDo(all: TrainingJobs, { filters, skipped }: { filters: JobFilters; skipped: readonly SkippedView[] }): UsageError {
  const asked = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const what = asked.length === 0 ? 'There is no job to run' : `No job fits ${asked.join(', ')}`;
  const left = skipped.map(({ dose, view, reason }) => `  - ${view} at dose ${doseLabel(dose)} is left out: ${reason}`);
  const exist = all.jobs.map(({ dose, view, gridsize }) => `  - dose ${dose} (${doseLabel(dose)}), view ${view}, gridsize ${gridsize}`);
  const list = exist.length === 0 ? ['none exists'] : ['these exist:', ...exist];
  const fix = exist.length === 0 ? 'run phase C (generate) and D (overlap) first, or correct the roots' : filterFix(filters, all.jobs);
  return new UsageError([`${what}; ${list[0]}`, ...list.slice(1), ...left].join('\n'), { fix });
}
