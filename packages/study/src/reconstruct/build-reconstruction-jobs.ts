import { join } from 'node:path';
import { type ExecutionConfig, loadStudyDesign, type StudyDesign } from '@ptychokit/config';
import { UsageError } from '../errors.js';
import { filterFix } from '../jobs/filter-fix.js';
import { type DataRoots, findViewData } from '../jobs/view-data.js';
import type { SkippedView } from '../manifests/skip-summary.js';
import type { ScanGeometry } from '../solve/scan-geometry.js';
import { SPLITS, type Split, splitDir } from '../study-layout.js';
import { type ReconstructionJob, reconstructionLabel } from './reconstruction-job.js';

/** What to make jobs of. */
export interface BuildReconstructionJobsRequest extends DataRoots {
  readonly artifactRoot: string;
  /** Views, and fields of the reconstruction; default: the canonical design. Doses are those that phase C has written. */
  readonly design?: StudyDesign | undefined;
  /** Fields of the iterative configuration that win over the design. */
  readonly solve?: Readonly<Record<string, unknown>> | undefined;
  readonly geometry?: ScanGeometry | undefined;
  readonly execution?: ExecutionConfig | undefined;
}

/** Which reconstructions to make; absent means all. */
export interface ReconstructionFilters {
  readonly dose?: number | undefined;
  readonly view?: string | undefined;
  readonly split?: Split | undefined;
}

/** The matrix of reconstructions, and what had to be left out of it. */
export interface ReconstructionJobs {
  readonly jobs: readonly ReconstructionJob[];
  readonly skipped: readonly SkippedView[];
}

/**
 * Every dose that phase C wrote by every view of the design by train and test, in that order, on the same frames as the networks of the
 * view. A view whose data is not there is skipped with the reason.
 */
export async function buildReconstructionJobs(request: BuildReconstructionJobsRequest): Promise<ReconstructionJobs> {
  const { artifactRoot, execution, geometry, design = loadStudyDesign() } = request;
  const { found, skipped } = await findViewData(request, design);
  const jobs = found.flatMap(({ dose, view, data }) =>
    SPLITS.map((split): ReconstructionJob => {
      const artifactDir = splitDir(artifactRoot, { dose, view: view.name, split });
      return {
        ...{ dose, view: view.name, split },
        scanPath: data[split],
        artifactDir,
        logPath: join(artifactDir, 'reconstruct.log'),
        solve: { seed: design.seeds.grouping, ...design.reconstruction, ...request.solve },
        ...(geometry === undefined ? {} : { geometry }),
        ...(execution === undefined ? {} : { execution }),
      };
    }),
  );
  return { jobs, skipped };
}

/**
 * The jobs that fit every filter.
 *
 * @throws UsageError there is none; the message lists what exists
 */
export function filterReconstructionJobs({ jobs, skipped }: ReconstructionJobs, filters: ReconstructionFilters): ReconstructionJobs {
  const fits = (place: { readonly dose: number; readonly view: string; readonly split?: Split }): boolean =>
    (filters.dose === undefined || place.dose === filters.dose) &&
    (filters.view === undefined || place.view === filters.view) &&
    (filters.split === undefined || place.split === undefined || place.split === filters.split);
  const chosen = { jobs: jobs.filter(fits), skipped: skipped.filter(fits) };
  if (chosen.jobs.length > 0) return chosen;
  const asked = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const what = asked.length === 0 ? 'There is nothing to reconstruct' : `No reconstruction fits ${asked.join(', ')}`;
  const exist = jobs.map((job) => `  - ${reconstructionLabel(job)}: dose ${job.dose}, view ${job.view}, split ${job.split}`);
  const left = skipped.map(({ dose, view, reason }) => `  - ${view} at dose ${dose} is left out: ${reason}`);
  throw new UsageError([`${what}; ${exist.length === 0 ? 'none exists' : 'these exist:'}`, ...exist, ...left].join('\n'), {
    fix: exist.length === 0 ? 'run phase C (generate) and D (overlap) first, or correct the roots' : filterFix(filters, jobs),
  });
}
