import type { ComparisonRow } from '../../compare/comparison-tables.js';
import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import { SPLITS } from '../../study-layout.js';
import { METRIC_TEXT, methodClass } from '../page/names.js';
import type { NamedChart } from './cell-charts.js';
import type { ChartSeries, LineChart } from './line-chart.js';

/** Metrics that are drawn against the dose. */
const DOSE_METRICS = ['amplitude_ssim', 'phase_ssim', 'frc_half_bit', 'amplitude_mae', 'phase_mae', 'amplitude_psnr_range'] as const;

/** Metrics that end at 1. */
const BOUNDED = /ssim|^frc/;

/** Each metric against the photons per frame: colour is the method, the kind of line the view. */
export function doseCharts(rows: readonly ComparisonRow[], split: string): readonly NamedChart[] {
  const views = unique(rows.map(({ view }) => view));
  return DOSE_METRICS.map((metric) => {
    const scored = rows.filter((row) => row.split === split && row.status === 'scored');
    const series = views.flatMap((view, dash) =>
      unique(scored.map(({ method }) => method)).map((method): ChartSeries => {
        const points = scored
          .filter((row) => row.view === view && row.method === method)
          .map((row): [number, number | null] => [row.dose, row.metrics[metric] ?? null])
          .sort(([a], [b]) => a - b);
        return { name: `${method}, ${view}`, colour: methodClass(method), dash: dash % 4, points, dots: 'with line' };
      }),
    );
    const { name = metric } = METRIC_TEXT[metric] ?? {};
    const chart = {
      title: `${name}, ${split} split`,
      x: 'photons per frame',
      y: name,
      series,
      logX: true,
      ...(BOUNDED.test(metric) ? { yMax: 1 } : {}),
    };
    return { name: `dose_${metric}_${split}`, chart };
  });
}

/** Overlap that was asked for and overlap that was measured between the illuminations, one dot for each view of each dose. */
export function overlapChart(cells: readonly ComparedCell[]): LineChart {
  const dots = SPLITS.map(
    (split): ChartSeries => ({
      name: `${split} split`,
      colour: `m-${split}`,
      dots: 'alone',
      points: cells
        .filter((cell) => cell.split === split && cell.result.overlap.asked !== null)
        .map(({ result: { overlap } }) => [overlap.asked as number, overlap.image]),
    }),
  );
  const equal: ChartSeries = {
    ...{ name: 'equal', colour: 'm-level', dash: 2 },
    points: [
      [0, 0],
      [1, 1],
    ],
  };
  return {
    title: 'Overlap of neighbouring images',
    x: 'asked for, of the edges of frames',
    y: 'measured, of probe discs',
    series: dots.some(({ points }) => points.length > 0) ? [...dots, equal] : [],
    xDomain: [0, 1],
    yDomain: [0, 1],
  };
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
