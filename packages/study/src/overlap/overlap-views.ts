import { join } from 'node:path';
import type { StudyDesign } from '@ptychokit/config';
import { type RunOptions, runServices } from '../compose.js';
import { fewImagesWarning, warningLines } from '../few-images.js';
import { throwIfInterrupted } from '../interruption-error.js';
import { lockForRun } from '../locks/lock-for-run.js';
import { readManifest } from '../manifests/manifest-file.js';
import { METRICS_BUNDLE_NAME, type MetricsBundleView, metricsBundleKind } from '../manifests/metrics-bundle.js';
import { type SkippedView, skippedBefore } from '../manifests/skip-summary.js';
import { assertWritableDir, createOutputDir } from '../output-dir.js';
import { doseLabel } from '../study-layout.js';
import { studyDesignFrom } from '../study-profile.js';
import { buildViewJobs, filterViewJobs, type ViewFilters } from './build-view-jobs.js';
import { runView } from './run-view.js';
import type { ViewJob, ViewOutcome } from './view-job.js';
import { recallView } from './view-record.js';
import { writeMetricsBundles } from './write-metrics-bundle.js';

/** Phase D: which views to make, and where. */
export interface OverlapRequest {
  /** What phase C wrote. */
  readonly phaseCRoot: string;
  readonly outputRoot: string;
  /** Gets the bundle of metrics and the skip summary as evidence; default: nowhere besides the output root. */
  readonly artifactRoot?: string | undefined;
  /** Views, seeds and neighbours; the canonical design by default. Doses are those that phase C finished. */
  readonly design?: StudyDesign | undefined;
  readonly filters?: ViewFilters | undefined;
  /** Selects and measures, and writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Waits for another process at work under the same root instead of refusing. */
  readonly wait?: boolean | undefined;
}

/** What phase D ends with. */
export interface OverlapResult {
  readonly jobs: readonly ViewJob[];
  /** In the order of the jobs. */
  readonly outcomes: readonly ViewOutcome[];
  /** Empty for a dry run. */
  readonly bundlePaths: readonly string[];
}

/**
 * Selects the views of every dose by spacing, writes their images, measures their overlap, and bundles the numbers. A view is never
 * rejected for its geometry: only an empty or impossible selection is skipped, with the reason. Finished views are kept.
 *
 * @throws UsageError phase C left nothing, or nothing fits the filters; nothing is written
 * @throws LockedError another process is at work under the root
 * @throws InterruptedError aborted through `signal`; finished views are kept
 */
export async function overlapViews(request: OverlapRequest, options: RunOptions = {}): Promise<OverlapResult> {
  const { phaseCRoot, outputRoot, artifactRoot, design = studyDesignFrom(), filters = {}, dryRun = false, wait } = request;
  const all = buildViewJobs({ phaseCRoot, outputRoot, design });
  const jobs = filterViewJobs(all, filters);
  for (const root of [outputRoot, ...(artifactRoot === undefined ? [] : [artifactRoot])]) await assertWritableDir(root);
  const { clock } = runServices(options);
  if (dryRun) return { jobs, outcomes: await runViews(jobs, options, true), bundlePaths: [] };
  await createOutputDir(outputRoot);
  using _lock = await lockForRun(outputRoot, { ...options, wait });
  const outcomes = await runViews(jobs, options, false);
  const others = all.filter((job) => !jobs.includes(job));
  const views = await recordsInOrder(all, { jobs, outcomes, others });
  const before = await readManifest(join(outputRoot, METRICS_BUNDLE_NAME), metricsBundleKind).catch(() => undefined);
  const places = others.map(({ dose, view }) => ({ dose, view: view.name }));
  const left = places.filter((place) => !views.some(({ dose, view }) => dose === place.dose && view === place.view));
  const bundlePaths = await writeMetricsBundles({
    ...{ phaseCRoot, outputRoot, artifactRoot, filters, views },
    warnings: views.flatMap(({ dose, view, train }) => {
      const reason = fewImagesOf(train.metrics);
      return reason === null ? [] : [{ dose, view, reason }];
    }),
    skipped: [...reasonsOf(jobs, outcomes, 'skipped'), ...skippedBefore(before?.skipped_views, left)],
    failed: [...reasonsOf(jobs, outcomes, 'failed'), ...skippedBefore(before?.failed_views, left)],
    now: clock.now(),
  });
  return { jobs, outcomes, bundlePaths };
}

async function runViews(jobs: readonly ViewJob[], { signal, onEvent }: RunOptions, dryRun: boolean): Promise<readonly ViewOutcome[]> {
  const outcomes: ViewOutcome[] = [];
  for (const job of jobs) {
    const label = labelOf(job);
    throwIfInterrupted(signal, { stage: `the view ${label}` });
    const outcome = await runView(job, { signal, dryRun });
    if (outcome.status === 'skipped' || outcome.status === 'failed')
      onEvent?.({ type: 'note', text: `${label} ${outcome.status}: ${outcome.reason}` });
    outcomes.push(outcome);
    onEvent?.({ type: 'count', label: 'views', done: outcomes.length, total: jobs.length });
  }
  const warnings = jobs.map((job, i) => ({ label: labelOf(job), warning: warningOf(outcomes[i] as ViewOutcome) }));
  for (const text of warningLines(warnings)) onEvent?.({ type: 'note', text });
  return outcomes;
}

const labelOf = ({ view, dose }: ViewJob): string => `${view.name}/dose=${doseLabel(dose)}`;

/** What a reader must know of a view that was made; null where there is nothing. */
export function warningOf(outcome: ViewOutcome): string | null {
  if (outcome.status === 'completed') return fewImagesOf(outcome.record.train.metrics);
  return outcome.status === 'dry_run' ? fewImagesOf(outcome.metrics.train) : null;
}

const fewImagesOf = (metrics: Readonly<Record<string, unknown>>): string | null =>
  fewImagesWarning({ images: Number(metrics.n_images_subsampled), total: Number(metrics.n_images_total) });

interface AllViews {
  readonly jobs: readonly ViewJob[];
  readonly outcomes: readonly ViewOutcome[];
  /** Views that the filters left out and that may have been finished before. */
  readonly others: readonly ViewJob[];
}

/** Views of earlier runs with other filters stay in the bundle as long as they are still what they were. */
async function recordsInOrder(all: readonly ViewJob[], { jobs, outcomes, others }: AllViews): Promise<readonly MetricsBundleView[]> {
  const records = new Map<ViewJob, MetricsBundleView>();
  jobs.forEach((job, i) => {
    const outcome = outcomes[i] as ViewOutcome;
    if (outcome.status === 'completed') records.set(job, outcome.record);
  });
  for (const job of others) {
    const record = await recallView(job);
    if (record !== null) records.set(job, record);
  }
  return all.flatMap((job) => records.get(job) ?? []);
}

function reasonsOf(jobs: readonly ViewJob[], outcomes: readonly ViewOutcome[], status: 'skipped' | 'failed'): readonly SkippedView[] {
  return jobs.flatMap(({ dose, view }, i) => {
    const outcome = outcomes[i] as ViewOutcome;
    return outcome.status === status ? [{ dose, view: view.name, reason: outcome.reason }] : [];
  });
}
