import type { Axis, Mark, Spec } from 'vega';
import { FIGURE_CONFIG, INK } from './figure-style.js';
import { figureTitle, TITLE_HEIGHT } from './figure-title.js';
import { FIGURE_FONT } from './fonts.js';
import { type Figure, renderFigure } from './render-figure.js';

/** The losses of one epoch, 1-based. */
export interface LossPoint {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly valLoss: number | null;
}

/** What a loss figure says beside the curves. */
export interface LossFigureOptions {
  readonly title?: string;
  readonly subtitle?: string;
  /** Epoch whose weights were kept. */
  readonly bestEpoch?: number | undefined;
  /** Name of the quantity, with the unit. */
  readonly valueTitle?: string;
}

interface Row {
  readonly epoch: number;
  readonly loss: number;
  readonly series: 'training' | 'validation';
}

const WIDTH = 500;
const HEIGHT = 300;
const LEGEND_HEIGHT = 14;

/** Training and validation loss over epochs with the kept epoch marked; the axis is logarithmic when positive losses span more than a decade. */
export function lossFigure(history: readonly LossPoint[], options: LossFigureOptions = {}): Promise<Figure> {
  if (history.length === 0) throw new RangeError('expected at least one epoch, got none');
  return renderFigure(lossSpec(history, options));
}

/** The Vega specification of a loss figure. */
export function lossSpec(history: readonly LossPoint[], options: LossFigureOptions): Spec {
  const rows = rowsOf(history);
  const best = history.find(({ epoch }) => epoch === options.bestEpoch);
  const series = [...new Set(rows.map((row) => row.series))];
  const epochs = history.map(({ epoch }) => epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const oneEpoch = first === last;
  return {
    background: 'white',
    autosize: 'none',
    padding: { left: 84, top: TITLE_HEIGHT + LEGEND_HEIGHT, right: 24, bottom: 58 },
    width: WIDTH,
    height: HEIGHT,
    config: FIGURE_CONFIG,
    data: [{ name: 'rows', values: rows }],
    scales: [
      { name: 'x', type: 'linear', domain: oneEpoch ? [first - 1, last + 1] : [first, last], range: 'width', zero: false },
      lossScale(rows),
      { name: 'ink', type: 'ordinal', domain: series, range: [...INK.lines] },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: 'epoch', ...epochTicks(first, last), format: 'd', offset: 4 },
      {
        orient: 'left',
        scale: 'y',
        title: options.valueTitle ?? 'loss',
        grid: true,
        titleX: -58,
        titleBaseline: 'middle',
        ...lossTicks(rows),
        offset: 4,
      },
    ],
    marks: [
      ...titleMarks(options),
      ...(best ? [bestRule(best)] : []),
      ...curves(),
      ...legend(series),
      ...(best ? bestLabel(best, last) : []),
    ],
  };
}

const titleMarks = (options: LossFigureOptions): Mark[] =>
  figureTitle(options.title ?? 'Loss', options.subtitle ?? '', { lift: LEGEND_HEIGHT });

function rowsOf(history: readonly LossPoint[]): Row[] {
  const rows: Row[] = [];
  for (const { epoch, trainLoss, valLoss } of history) {
    if (Number.isFinite(trainLoss)) rows.push({ epoch, loss: trainLoss, series: 'training' });
    if (valLoss !== null && Number.isFinite(valLoss)) rows.push({ epoch, loss: valLoss, series: 'validation' });
  }
  return rows;
}

function lossScale(rows: readonly Row[]): NonNullable<Spec['scales']>[number] {
  const [low, high] = extent(rows);
  if (isLogarithmic(rows)) return { name: 'y', type: 'log', domain: [low / 1.15, high * 1.15], range: 'height' };
  const margin = 0.06 * (high - low) || Math.abs(high) * 0.01 || 1;
  return { name: 'y', type: 'linear', domain: [low - margin, high + margin], range: 'height', zero: false };
}

/** 1, 2 and 5 of every decade, or the powers of ten alone when there are many. */
function lossTicks(rows: readonly Row[]): Pick<Axis, 'tickCount' | 'values' | 'format'> {
  if (!isLogarithmic(rows)) return { tickCount: 6 };
  const [low, high] = extent(rows);
  const decades = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)));
  const steps = decades.length > 4 ? [1] : [1, 2, 5];
  return {
    values: decades.flatMap((power) => steps.map((step) => step * 10 ** power)).filter((v) => v >= low / 1.15 && v <= high * 1.15),
    format: '~g',
  };
}

function epochTicks(first: number, last: number): Pick<Axis, 'tickCount' | 'values'> {
  return last - first < 10 ? { values: range(first, last) } : { tickCount: 10 };
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

function extent(rows: readonly Row[]): [low: number, high: number] {
  const losses = rows.map((row) => row.loss);
  return [Math.min(...losses), Math.max(...losses)];
}

function isLogarithmic(rows: readonly Row[]): boolean {
  const [low, high] = extent(rows);
  return low > 0 && high / low > 10;
}

/** A curve and its points per series; a single epoch shows as a point. */
function curves(): Mark[] {
  const place = { x: { scale: 'x', field: 'epoch' }, y: { scale: 'y', field: 'loss' } };
  const ink = { scale: 'ink', field: 'series' };
  return [
    {
      type: 'group',
      from: { facet: { name: 'curve', data: 'rows', groupby: 'series' } },
      marks: [
        { type: 'line', from: { data: 'curve' }, encode: { enter: { ...place, stroke: ink, strokeWidth: { value: 2 } } } },
        { type: 'symbol', from: { data: 'curve' }, encode: { enter: { ...place, fill: ink, size: { value: 22 } } } },
      ],
    },
  ];
}

/** A sample of each line with its name, on one line above the plot at the right. */
function legend(series: readonly string[]): Mark[] {
  const step = 105;
  return series.flatMap((name, i): Mark[] => {
    const left = WIDTH - step * (series.length - i) + 6;
    const line = {
      x: { value: left },
      x2: { value: left + 22 },
      y: { value: -16 },
      stroke: { scale: 'ink', value: name },
      strokeWidth: { value: 3 },
    };
    const text = { x: { value: left + 28 }, y: { value: -12 }, text: { value: name }, fill: { value: INK.text }, fontSize: { value: 12 } };
    return [
      { type: 'rule', encode: { enter: line } },
      { type: 'text', encode: { enter: { ...text, font: { value: FIGURE_FONT } } } },
    ];
  });
}

function bestRule(best: LossPoint): Mark {
  const enter = {
    x: { scale: 'x', value: best.epoch },
    y2: { value: HEIGHT },
    stroke: { value: INK.quiet },
    strokeDash: { value: [4, 4] },
  };
  return { type: 'rule', encode: { enter } };
}

/** Written at the top, where a falling curve has left, and on the side with more room; a white outline keeps it off the curves. */
function bestLabel(best: LossPoint, last: number): Mark[] {
  const right = best.epoch > last / 2;
  const loss = (best.valLoss ?? best.trainLoss).toPrecision(5).replace('-', '−');
  const enter = {
    x: { scale: 'x', value: best.epoch, offset: right ? -7 : 7 },
    y: { value: 12 },
    align: { value: right ? 'right' : 'left' },
    text: { value: `kept: epoch ${best.epoch}, ${loss}` },
    fontSize: { value: 12 },
    font: { value: FIGURE_FONT },
  } as const;
  return [
    {
      type: 'text',
      encode: { enter: { ...enter, stroke: { value: 'white' }, strokeWidth: { value: 4 }, strokeJoin: { value: 'round' } } },
    },
    { type: 'text', encode: { enter: { ...enter, fill: { value: INK.text } } } },
  ];
}
