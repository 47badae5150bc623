import { extent } from 'd3-array';
import { line } from 'd3-shape';
import { html, type Markup } from '../page/markup.js';
import { type ChartScales, chartScales, ticksOf } from './chart-scales.js';

/** One curve; a null value is a gap. */
export interface ChartSeries {
  readonly name: string;
  /** Class that gives the colour. */
  readonly colour: string;
  /** 0 is a solid line; others are dashed in different ways. */
  readonly dash?: number;
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Draws the points as dots, alone or on the line. */
  readonly dots?: 'with line' | 'alone';
  /** Left out of the legend. */
  readonly unnamed?: boolean;
}

/** What a chart shows. */
export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly ChartSeries[];
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Fixed limits of the axes. */
  readonly xDomain?: readonly [number, number];
  readonly yDomain?: readonly [number, number];
  /** What no value can exceed. */
  readonly yMax?: number;
  /** Horizontal lines with a name. */
  readonly levels?: readonly { readonly value: number; readonly name: string }[];
}

/** Drawing units. */
export const CHART_BOX = { width: 440, height: 280, top: 34, right: 14, bottom: 46, left: 60 } as const;
const LEGEND_ROW = 17;
const LEGEND_COLUMNS = 3;
const LEGEND_LEFT = 6;

/** A line chart as SVG without colours of its own: they come from classes, in a page by its style and in a file by that of the file. */
export function lineChart(chart: LineChart): Markup {
  const drawn = chart.series.filter(({ points }) => points.some(([, y]) => y !== null));
  const named = drawn.filter(({ unnamed }) => unnamed !== true);
  const height = CHART_BOX.height + Math.ceil(named.length / LEGEND_COLUMNS) * LEGEND_ROW;
  const described = `${chart.title}. ${chart.y} against ${chart.x}: ${named.map(({ name }) => name).join(', ') || 'no data'}`;
  const body =
    drawn.length === 0
      ? html`<text class="quiet" x="${CHART_BOX.left}" y="80">no data</text>`
      : html`${plot({ ...chart, series: drawn })}${legend(named)}`;
  return html`<svg class="chart" viewBox="0 0 ${CHART_BOX.width} ${height}" role="img" aria-label="${described}"><text class="chart-title" x="${CHART_BOX.left}" y="18">${chart.title}</text>${body}</svg>`;
}

const [BOTTOM, RIGHT] = [CHART_BOX.height - CHART_BOX.bottom, CHART_BOX.width - CHART_BOX.right];

function plot(chart: LineChart): Markup {
  const points = chart.series.flatMap(({ points: all }) => all.filter(([, y]) => y !== null));
  const levels = (chart.levels ?? []).map(({ value }) => value);
  const scales = chartScales({
    ...chart,
    xs: extent(points, ([x]) => x) as [number, number],
    ys: extent([...points.map(([, y]) => y as number), ...levels]) as [number, number],
  });
  return html`${axes(chart, scales)}${(chart.levels ?? []).map(
    ({ value, name }) =>
      html`<line class="level" x1="${CHART_BOX.left}" x2="${RIGHT}" y1="${at(scales.y(value))}" y2="${at(scales.y(value))}"/><text class="tick" text-anchor="end" x="${RIGHT}" y="${at(scales.y(value) - 4)}">${name}</text>`,
  )}${chart.series.map((series) => curve(series, scales))}`;
}

function axes(chart: LineChart, { x, y }: ChartScales): Markup {
  const middle = (CHART_BOX.top + BOTTOM) / 2;
  return html`${ticksOf(y, { log: chart.logY === true, count: 5 }).map(
    (t) =>
      html`<line class="grid" x1="${CHART_BOX.left}" x2="${RIGHT}" y1="${at(y(t))}" y2="${at(y(t))}"/><text class="tick" text-anchor="end" x="${CHART_BOX.left - 7}" y="${at(y(t) + 4)}">${tickText(t)}</text>`,
  )}${ticksOf(x, { log: chart.logX === true, count: 6 }).map(
    (t) =>
      html`<line class="axis" x1="${at(x(t))}" x2="${at(x(t))}" y1="${BOTTOM}" y2="${BOTTOM + 5}"/><text class="tick" text-anchor="middle" x="${at(x(t))}" y="${BOTTOM + 18}">${tickText(t)}</text>`,
  )}<line class="axis" x1="${CHART_BOX.left}" x2="${RIGHT}" y1="${BOTTOM}" y2="${BOTTOM}"/><text class="label" text-anchor="middle" x="${(CHART_BOX.left + RIGHT) / 2}" y="${BOTTOM + 37}">${chart.x}</text><text class="label" text-anchor="middle" transform="translate(14 ${middle}) rotate(-90)">${chart.y}</text>`;
}

function curve({ points, colour, dash = 0, name, dots }: ChartSeries, { x, y }: ChartScales): Markup {
  const path = line<readonly [number, number | null]>()
    .defined(([, value]) => value !== null)
    .x(([value]) => x(value))
    .y(([, value]) => y(value as number))
    .digits(1);
  const stroke =
    dots === 'alone' ? null : html`<path class="line dash${dash}" d="${path([...points]) ?? ''}"><title>${name}</title></path>`;
  const marks = points.flatMap(([px, py]) =>
    dots === undefined || py === null
      ? []
      : html`<circle cx="${at(x(px))}" cy="${at(y(py))}" r="3.2"><title>${`${name}: ${tickText(px)}, ${py.toPrecision(4)}`}</title></circle>`,
  );
  return html`<g class="${colour}">${stroke}${marks}</g>`;
}

function legend(series: readonly ChartSeries[]): Markup {
  const width = (CHART_BOX.width - LEGEND_LEFT) / LEGEND_COLUMNS;
  return html`${series.map(({ name, colour, dash = 0, dots }, i) => {
    const left = LEGEND_LEFT + (i % LEGEND_COLUMNS) * width;
    const top = CHART_BOX.height + 4 + Math.floor(i / LEGEND_COLUMNS) * LEGEND_ROW;
    const sample =
      dots === 'alone'
        ? html`<circle cx="${at(left + 10)}" cy="${top}" r="3.2"/>`
        : html`<line class="line dash${dash}" x1="${at(left)}" x2="${at(left + 20)}" y1="${top}" y2="${top}"/>`;
    return html`<g class="${colour}">${sample}</g><text class="tick" x="${at(left + 25)}" y="${top + 4}">${shortened(name)}</text>`;
  })}`;
}

/** Few enough digits to read. */
export function tickText(value: number): string {
  const far = value !== 0 && (Math.abs(value) >= 1e4 || Math.abs(value) < 1e-3);
  const text = far ? value.toExponential(1).replace('.0e', 'e').replace('e+', 'e') : String(Number(value.toPrecision(4)));
  return text.replace('-', '−');
}

const at = (value: number): string => value.toFixed(1);
const shortened = (name: string): string => (name.length > 21 ? `${name.slice(0, 20)}…` : name);
