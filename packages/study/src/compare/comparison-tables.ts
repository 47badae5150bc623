import type { ComparisonManifest } from '../manifests/comparison-manifest.js';
import { METHODS } from './method-inputs.js';

/** Metrics in the order of the table; all are numbers over the region of the cell. */
export const METRIC_NAMES = [
  ...['amplitude', 'phase'].flatMap((part) =>
    ['ssim', 'ms_ssim', 'psnr_range', 'psnr_peak1', 'psnr_peak255', 'mae', 'mse'].map((name) => `${part}_${name}`),
  ),
  ...['frc_0p5', 'frc_1over7', 'frc_half_bit', 'relative_residual'],
  ...['amplitude', 'phase'].flatMap((part) => ['ssim', 'ms_ssim', 'psnr'].map((name) => `family_${part}_${name}`)),
] as const;

/** One method on one cell, flat. */
export interface ComparisonRow {
  readonly dose: number;
  readonly view: string;
  readonly split: string;
  readonly gridsize: number | null;
  readonly method: string;
  readonly status: 'scored' | 'missing' | 'failed' | 'skipped';
  /** Why there are no numbers. */
  readonly reason: string | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly undefined_because: Readonly<Record<string, string>>;
  readonly train_s: number | null;
  readonly reconstruct_s: number | null;
}

/** Every method of every cell, also those without numbers, with the reason. */
export function comparisonRows({ cells, skipped_views }: Pick<ComparisonManifest, 'cells' | 'skipped_views'>): readonly ComparisonRow[] {
  const nothing = { metrics: {}, undefined_because: {}, train_s: null, reconstruct_s: null } as const;
  const compared = cells.flatMap(({ dose, view, split, gridsize, result }) => {
    const place = { dose, view, split, gridsize };
    if (result.status !== 'completed') {
      return METHODS.map((method): ComparisonRow => ({ ...nothing, ...place, method, status: 'failed', reason: result.error }));
    }
    return result.methods.map(
      ({ label, status, reason, metrics, undefined_because, timings_s }): ComparisonRow => ({
        ...place,
        ...{ method: label, status, reason, metrics, undefined_because },
        ...{ train_s: timings_s.train, reconstruct_s: timings_s.reconstruct },
      }),
    );
  });
  const skipped = skipped_views.flatMap(({ dose, view, reason }) =>
    ['test', 'train'].map(
      (split): ComparisonRow => ({ ...nothing, dose, view, split, gridsize: null, method: '', status: 'skipped', reason }),
    ),
  );
  return [...compared, ...skipped];
}

/** The rows as CSV (RFC 4180); an undefined metric is empty and explained in the last column. */
export function comparisonCsv(rows: readonly ComparisonRow[]): string {
  const head = [
    'dose',
    'view',
    'split',
    'gridsize',
    'method',
    'status',
    'reason',
    ...METRIC_NAMES,
    'train_s',
    'reconstruct_s',
    'undefined_because',
  ];
  const lines = rows.map((row) => [
    ...[row.dose, row.view, row.split, row.gridsize, row.method, row.status, row.reason],
    ...METRIC_NAMES.map((name) => row.metrics[name] ?? null),
    ...[row.train_s, row.reconstruct_s],
    Object.entries(row.undefined_because)
      .map(([name, reason]) => `${name}: ${reason}`)
      .join('; '),
  ]);
  return csv([head, ...lines]);
}

/** Ring correlations of every method of every cell; frequency as a fraction of Nyquist. */
export function frcCsv(cells: ComparisonManifest['cells']): string {
  const lines = cells.flatMap(({ dose, view, split, result }) =>
    result.methods.flatMap(({ label, frc }) =>
      frc.map((value, ring) => [dose, view, split, label, ring, result.frc_size_px === 0 ? null : (2 * ring) / result.frc_size_px, value]),
    ),
  );
  return csv([['dose', 'view', 'split', 'method', 'ring', 'fraction_of_nyquist', 'correlation'], ...lines]);
}

const csv = (lines: readonly (readonly (string | number | null)[])[]): string =>
  lines.map((line) => `${line.map(cell).join(',')}\n`).join('');

/** Text that a spreadsheet would take for a formula is kept from being one. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
