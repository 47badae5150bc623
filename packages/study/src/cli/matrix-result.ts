import { basename } from 'node:path';
import { jobLabel } from '../jobs/job-label.js';
import type { TrainMatrixResult } from '../train-matrix.js';
import type { CommandContext } from './command-context.js';
import { resultText } from './result-text.js';

/** Two lines for each trained job, then where the manifest is; of a dry run, what would be trained. */
export function matrixLines(result: TrainMatrixResult): string {
  const { jobs, results, skipped, written } = result;
  const lines = jobs.flatMap((job, i) => {
    const label = jobLabel(job);
    const { status, bundle_path, bundle_sha256 } = results[i] as (typeof results)[number];
    if (status === 'dry_run') return [`    → Would train [${label}]: gridsize ${job.gridsize}, ${job.trainDataPath}`];
    if (bundle_path === null || bundle_sha256 === null) return [];
    return [`    → Bundle [${label}]: ${basename(bundle_path)}`, `    → SHA256 [${label}]: ${bundle_sha256}`];
  });
  const rows = [
    ['jobs', countText(results.map(({ status }) => status))],
    [
      'skipped',
      skipped.length === 0 ? undefined : skipped.map(({ view, dose, reason }) => `${jobLabel({ view, dose })} (${reason})`).join(', '),
    ],
    ['manifest', written?.manifestPath],
    ['skip summary', written?.skipSummaryPath],
  ] as const;
  return `${lines.map((line) => `${line}\n`).join('')}${resultText(rows)}`;
}

/** Failures are errors and go to standard error, also where progress is switched off. */
export function reportMatrix({ io }: CommandContext, { jobs, results }: TrainMatrixResult): void {
  jobs.forEach((job, i) => {
    const { status, error } = results[i] as (typeof results)[number];
    if (status === 'failed') io.err(`error: ${jobLabel(job)} failed: ${error ?? 'unknown reason'}\n  log: ${job.logPath}\n`);
  });
}

/** How many jobs ended how. */
export function countText(statuses: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status.replace('_', ' ')}`).join(', ');
}
