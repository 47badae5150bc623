import { INK } from '../figures/figure-style.js';
import { FIGURE_FONT } from '../figures/fonts.js';
import { type LineChart, lineChart } from './line-chart.js';

const [PINN, SUPERVISED, ITERATIVE] = INK.lines;

/** Colours and type of drawings that stand in files of their own, on white. */
export const FILE_STYLE = `text{font-family:"${FIGURE_FONT}",sans-serif;font-size:11px;fill:${INK.text}}
.chart-title,.title{font-size:13px;font-weight:bold}.label{font-size:12px}.quiet{fill:${INK.quiet}}
.grid{stroke:${INK.grid}}.axis{stroke:${INK.quiet}}.level{stroke:${INK.quiet};stroke-dasharray:2 3}.line{fill:none;stroke-width:2}
.dash1{stroke-dasharray:7 4}.dash2{stroke-dasharray:2 3}.dash3{stroke-dasharray:8 3 2 3}
.m-pinn .line{stroke:${PINN}}.m-pinn circle{fill:${PINN}}.m-supervised .line{stroke:${SUPERVISED}}.m-supervised circle{fill:${SUPERVISED}}
.m-iterative .line{stroke:${ITERATIVE}}.m-iterative circle{fill:${ITERATIVE}}.m-level .line{stroke:${INK.quiet};stroke-width:1.2}.m-level circle{fill:${INK.quiet}}
.m-test .line{stroke:${INK.lines[0]}}.m-test circle{fill:${INK.lines[0]}}.m-train .line{stroke:${INK.lines[3]}}.m-train circle{fill:${INK.lines[3]}}`;

/** A chart as an SVG file. */
export function chartFile(chart: LineChart): string {
  const { html } = lineChart(chart);
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(html) ?? [];
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`;
  return html.replace('<svg', opening).replace('>', `><style>${FILE_STYLE}</style>`);
}
