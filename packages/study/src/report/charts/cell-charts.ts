import { frcThresholdAt } from '@ptychokit/metrics';
import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import { cellTitle, methodClass } from '../page/names.js';
import type { ChartSeries, LineChart } from './line-chart.js';

/** A chart and the name of its files. */
export interface NamedChart {
  readonly name: string;
  readonly chart: LineChart;
}

/** Ring correlation and losses of a cell. */
export function cellCharts(cell: ComparedCell): readonly NamedChart[] {
  return [{ name: 'frc', chart: frcChart(cell) }, ...lossCharts(cell)];
}

/** Ring correlation of every method with the three thresholds. */
export function frcChart(cell: ComparedCell): LineChart {
  const { methods, frc_size_px: size, frc_ring_pixels: counts = [] } = cell.result;
  const series = methods.map(
    ({ label, method, frc }): ChartSeries => ({
      name: label,
      colour: methodClass(method),
      points: frc.map((value, ring) => [(2 * ring) / size, value]),
    }),
  );
  const curve: ChartSeries = {
    name: 'half-bit',
    colour: 'm-level',
    dash: 2,
    points: counts.map((count, ring) => [(2 * ring) / size, count < 2 ? null : halfBit(counts, ring)]),
  };
  return {
    title: `Ring correlation: ${cellTitle(cell)}`,
    x: 'spatial frequency / Nyquist',
    y: 'FRC with the truth',
    series: size === 0 ? [] : [...series, curve],
    xDomain: [0, 1],
    yDomain: [Math.min(0, Math.floor(4 * lowest(series)) / 4), 1],
    levels: [
      { value: 0.5, name: '0.5' },
      { value: 1 / 7, name: '1/7' },
    ],
  };
}

function halfBit(counts: readonly number[], ring: number): number {
  const curve = { counts: Int32Array.from(counts), correlation: new Float64Array(counts.length), size: 0 };
  return Math.min(1, frcThresholdAt(curve, { ring, threshold: 'half-bit' }));
}

const lowest = (series: readonly ChartSeries[]): number => Math.min(0, ...series.flatMap(({ points }) => points.map(([, y]) => y ?? 0)));

const LOSS_OF: Readonly<Record<string, string>> = { pinn: 'training loss', supervised: 'training loss', iterative: 'relative residual' };

/** One chart for each method: their losses are different quantities. */
function lossCharts(cell: ComparedCell): readonly NamedChart[] {
  return cell.result.methods
    .filter(({ loss }) => loss.length > 0)
    .map(({ method, label, loss }) => {
      const colour = methodClass(method);
      const series: ChartSeries[] = [
        { name: 'training', colour, points: loss.map(({ epoch, train }) => [epoch, train]) },
        { name: 'validation', colour, dash: 1, points: loss.map(({ epoch, validation }) => [epoch, validation]) },
      ];
      if (method === 'iterative') series[0] = { ...(series[0] as ChartSeries), name: 'over the frames' };
      const values = loss.flatMap(({ train, validation }) => [train, validation ?? train]).filter((value) => value !== null);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const y = LOSS_OF[method] ?? 'loss';
      const chart = { title: `${label}: ${cellTitle(cell)}`, x: 'epoch', y, series, logY: low > 0 && high > 5 * low };
      return { name: `loss_${method}`, chart };
    });
}
