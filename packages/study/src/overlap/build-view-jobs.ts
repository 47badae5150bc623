import { existsSync, readdirSync } from 'node:fs';
import type { StudyDesign } from '@ptychokit/config';
import { UsageError } from '../errors.js';
import { filterFix } from '../jobs/filter-fix.js';
import { doseLabel, doseOfDirName, SPLITS } from '../study-layout.js';
import { type ViewJob, viewSource } from './view-job.js';

/** Which views to make; absent means all. */
export interface ViewFilters {
  readonly dose?: number | undefined;
  readonly view?: string | undefined;
}

/** Where views come from and go to. */
export interface ViewMatrix {
  readonly phaseCRoot: string;
  readonly outputRoot: string;
  readonly design: StudyDesign;
}

/**
 * Every dose that phase C finished by every view of the design, doses ascending.
 *
 * @throws UsageError phase C left nothing there
 */
export function buildViewJobs({ phaseCRoot, outputRoot, design }: ViewMatrix): readonly ViewJob[] {
  const names = existsSync(phaseCRoot) ? readdirSync(phaseCRoot) : [];
  const doses = names.flatMap((name) => doseOfDirName(name) ?? []).sort((a, b) => a - b);
  const jobs = doses
    .flatMap((dose) => design.views.map((view) => ({ dose, view, design, phaseCRoot, outputRoot })))
    .filter((job) => SPLITS.every((split) => existsSync(viewSource(job, split))));
  if (jobs.length > 0) return jobs;
  throw new UsageError('Phase C left no data here', { where: phaseCRoot, fix: 'run ptychokit generate first, or correct --phase-c-root' });
}

/**
 * The jobs that fit every filter.
 *
 * @throws UsageError there is none; the message lists what exists
 */
export function filterViewJobs(jobs: readonly ViewJob[], filters: ViewFilters): readonly ViewJob[] {
  const chosen = jobs.filter(
    ({ dose, view }) => (filters.dose === undefined || dose === filters.dose) && (filters.view === undefined || view.name === filters.view),
  );
  if (chosen.length > 0) return chosen;
  const asked = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const exist = jobs.map(({ dose, view }) => `  - dose ${dose} (${doseLabel(dose)}), view ${view.name}`);
  throw new UsageError([`No view fits ${asked.join(', ')}; these exist:`, ...exist].join('\n'), {
    fix: filterFix(
      filters,
      jobs.map(({ dose, view }) => ({ dose, view: view.name })),
    ),
  });
}
