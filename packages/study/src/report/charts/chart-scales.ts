import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { CHART_BOX, type LineChart } from './line-chart.js';

type Scale = ScaleContinuousNumeric<number, number>;

/** From values to drawing units. */
export interface ChartScales {
  readonly x: Scale;
  readonly y: Scale;
}

/** What scales are made for. */
export interface ScalesRequest extends Pick<LineChart, 'logX' | 'logY' | 'xDomain' | 'yDomain' | 'yMax'> {
  readonly xs: readonly [number, number];
  readonly ys: readonly [number, number];
}

/** Scales with some room around the data; a logarithmic axis that would hold a value of 0 or less is a linear one. */
export function chartScales({ logX = false, logY = false, xDomain, yDomain, yMax, xs, ys }: ScalesRequest): ChartScales {
  const { width, height, top, right, bottom, left } = CHART_BOX;
  const x = logX && xs[0] > 0 ? scaleLog() : scaleLinear();
  const y = logY && ys[0] > 0 ? scaleLog() : scaleLinear();
  const isLogY = logY && ys[0] > 0;
  x.domain(xDomain ?? (logX && xs[0] > 0 ? [xs[0] / 1.4, xs[1] * 1.4] : spread(xs, 0))).range([left, width - right]);
  y.domain(yDomain ?? (isLogY ? [ys[0] / 1.15, ys[1] * 1.15] : spread(ys, 0.06))).range([height - bottom, top]);
  if (yDomain === undefined && !isLogY) y.nice(5);
  const [low = 0, high = 1] = y.domain();
  if (yMax !== undefined && high > yMax) y.domain([low, yMax]);
  return { x: x as Scale, y: y as Scale };
}

/** Ticks of an axis; on a logarithmic one powers of ten, or 1, 2 and 5 of each where there are few. */
export function ticksOf(scale: Scale, { log, count }: { readonly log: boolean; readonly count: number }): readonly number[] {
  if (!log || !('base' in scale)) return scale.ticks(count);
  const [low = 1, high = 1] = scale.domain();
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) powers.push(10 ** power);
  const ticks = [[1], [1, 2, 5]].map((steps) => powers.flatMap((p) => steps.map((s) => s * p)).filter((t) => t >= low && t <= high));
  const [few = [], many = []] = ticks;
  if (few.length >= 3) return few;
  return many.length >= 2 ? many : scale.ticks(count);
}

function spread([low, high]: readonly [number, number], share: number): [number, number] {
  if (low === high) return [low - (Math.abs(low) * 0.05 || 0.5), high + (Math.abs(high) * 0.05 || 0.5)];
  const margin = (high - low) * share;
  return [low - margin, high + margin];
}
