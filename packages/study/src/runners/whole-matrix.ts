import { resolve } from 'node:path';
import type { JobOutcome, StudyJob } from './job-phase.js';

/** Jobs of one run, and those that earlier ones may have done. */
export interface PartOfMatrix<J, R> {
  readonly jobs: readonly J[];
  /** In the order of the jobs. */
  readonly results: readonly R[];
  /**
   * Every job there may be, in the order of a manifest; of repeated ones the first counts. A job of the run whose input went away meanwhile
   * may be missing, and comes last.
   */
  readonly all: readonly J[];
  /** What a job of an earlier run ended with; null where nothing of it stands any more. */
  readonly standing: (job: J) => Promise<R | null>;
}

/** A matrix as a manifest tells of it: what this run did, and what earlier ones left, whatever either was asked for. */
export async function wholeMatrix<J extends StudyJob, R extends JobOutcome>({
  jobs,
  results,
  all,
  standing,
}: PartOfMatrix<J, R>): Promise<{ readonly jobs: readonly J[]; readonly results: readonly R[] }> {
  const done = new Map(jobs.map((job, i) => [placeOf(job), { job, result: results[i] as R }]));
  const whole = new Map<string, { readonly job: J; readonly result: R } | null>();
  for (const job of [...all, ...jobs]) {
    const place = placeOf(job);
    if (whole.has(place)) continue;
    const result = done.has(place) ? null : await standing(job);
    whole.set(place, done.get(place) ?? (result === null ? null : { job, result }));
  }
  const told = [...whole.values()].filter((entry) => entry !== null);
  return { jobs: told.map(({ job }) => job), results: told.map(({ result }) => result) };
}

/** What makes two jobs the same: the directory they write to. */
export const placeOf = ({ artifactDir }: StudyJob): string => resolve(artifactDir);
