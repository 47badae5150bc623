import { comparisonRows } from '../compare/comparison-tables.js';
import type { ComparisonManifest } from '../manifests/comparison-manifest.js';
import { SPLITS } from '../study-layout.js';
import { cellCharts } from './charts/cell-charts.js';
import { chartFile } from './charts/chart-file.js';
import { doseCharts, overlapChart } from './charts/study-charts.js';
import { cellFigure } from './figures/cell-figure.js';
import { overviewFigure } from './figures/overview-figure.js';
import { cellId } from './page/names.js';
import type { SeenCell } from './page/overview.js';

/** A drawing and the name of its file, without suffix. */
export interface ReportFigure {
  readonly name: string;
  readonly svg: string;
}

/** Every figure of a report, one after another: the page shows the same. */
export function* reportFigures(manifest: ComparisonManifest, seen: readonly SeenCell[]): Generator<ReportFigure> {
  const rows = comparisonRows(manifest);
  for (const split of [...SPLITS].reverse()) {
    const own = seen.filter(({ cell }) => cell.split === split);
    for (const kind of ['phase', 'amplitude'] as const) {
      const svg = overviewFigure(own, kind);
      if (svg !== undefined) yield { name: `overview_${kind}_${split}`, svg };
    }
    for (const { name, chart } of doseCharts(rows, split)) if (chart.series.length > 0) yield { name, svg: chartFile(chart) };
  }
  yield { name: 'overlap', svg: chartFile(overlapChart(manifest.cells)) };
  for (const { cell, view } of seen) {
    const id = cellId(cell);
    const svg = cellFigure(cell, view);
    if (svg !== undefined) yield { name: `${id}_images`, svg };
    for (const { name, chart } of cellCharts(cell)) if (chart.series.length > 0) yield { name: `${id}_${name}`, svg: chartFile(chart) };
  }
}
