import { fewImagesWarning } from '../few-images.js';
import type { TrainingManifest } from '../manifests/training-manifest.js';
import { doseLabel } from '../study-layout.js';

/** A bundle in the hub. */
export interface ArchivedBundle {
  readonly path: string;
  readonly sha256: string;
}

/** What an archive holds and what it lacks, for people, in Markdown. */
export function archiveSummary(manifest: TrainingManifest, bundles: readonly ArchivedBundle[]): string {
  const { jobs, skipped_views, timestamp, ptychokit_version } = manifest;
  const rows = jobs.map(({ dose, view, gridsize, result }) => {
    const loss = result.final_loss === null ? '' : String(Number(result.final_loss.toPrecision(6)));
    return `| ${view} | ${doseLabel(dose)} | ${gridsize} | ${result.status} | ${result.epochs_completed} | ${loss} | ${result.bundle_sha256 ?? 'none'} |`;
  });
  const failed = jobs.filter(({ result }) => result.status !== 'completed' || result.bundle_sha256 === null);
  const gaps = [
    ...failed.map(
      ({ dose, view, result }) =>
        `- ${view} at dose ${doseLabel(dose)}: ${result.status}${result.error === null ? '' : `: ${firstLine(result.error)}`}`,
    ),
    ...jobs.flatMap(({ dose, view, result }) => {
      const images = result.metrics.train_images;
      const warning = typeof images === 'number' ? fewImagesWarning({ images }) : null;
      return warning === null ? [] : [`- ${view} at dose ${doseLabel(dose)}: ${warning}`];
    }),
    ...skipped_views.map(({ dose, view, reason }) => `- ${view} at dose ${doseLabel(dose)}: skipped: ${firstLine(reason)}`),
  ];
  const sums = bundles.map(({ path, sha256 }) => `- \`${path}\`\n  \`${sha256}\``);
  return `${[
    '# Training evidence',
    `Manifest of ${timestamp}, ptychokit ${ptychokit_version}: ${jobs.length} jobs, ${bundles.length} bundles.`,
    'Check the bundles in this directory with `sha256sum -c analysis/bundle_checksums.txt`, everything with `ptychokit verify .`',
    '## Jobs',
    ['| view | dose | gridsize | status | epochs | final loss | SHA256 of the bundle |', '|---|---|---|---|---|---|---|', ...rows].join(
      '\n',
    ),
    '## Bundles',
    sums.length === 0 ? 'None.' : sums.join('\n'),
    '## Residual gaps',
    gaps.length === 0 ? 'None: every job has its bundle, and no view was skipped.' : gaps.join('\n'),
  ].join('\n\n')}\n`;
}

const firstLine = (text: string): string => text.split('\n')[0] as string;
