import type { ComparedMethod } from '../../compare/comparison-cell.js';
import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import { cellCharts } from '../charts/cell-charts.js';
import { lineChart } from '../charts/line-chart.js';
import { html, type Markup } from './markup.js';
import { cellId, cellTitle, methodClass, numberText } from './names.js';
import type { SeenCell } from './overview.js';
import { cellViewer } from './viewer.js';

/** A cell: its images, curves, and how its objects were laid over the truth. */
export function cellSection({ cell, view }: SeenCell, isOpen: boolean): Markup {
  const { result } = cell;
  const id = cellId(cell);
  const scores = result.methods.map(({ label, status, metrics }) =>
    status === 'scored' ? `${label} ${numberText(metrics.amplitude_ssim)} / ${numberText(metrics.phase_ssim)}` : `${label} ${status}`,
  );
  const summary = result.status === 'completed' ? `SSIM of amplitude / phase: ${scores.join(', ')}` : 'not compared';
  const missing = result.methods
    .filter(({ status }) => status !== 'scored')
    .map(({ label, status, reason }) => html`<p class="missing">${label}: ${status}, ${reason}</p>`);
  return html`<section class="cell" id="cell-${id}"><details${isOpen && html` open`}><summary><h3>${cellTitle(cell)}</h3><span class="scores">${summary}</span></summary>
${cellViewer(cell, view)}${missing}
<div class="charts">${cellCharts(cell).map(({ chart }) => lineChart(chart))}</div>
${alignmentTable(cell)}</details></section>\n`;
}

function alignmentTable({ result }: ComparedCell): Markup {
  const aligned = result.methods.filter(({ alignment }) => alignment !== null);
  if (aligned.length === 0) return html``;
  const region = result.region === null ? '' : ` over ${result.region.pixels} pixels`;
  const head = ['Method', 'Shift x, y (px)', 'Phase ramp x, y (rad/px)', 'Factor', 'Correlation', 'Twin image', 'Notes'];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Alignment"><table><caption>Alignment with the truth${region}: what ptychography cannot know, taken out of every method in the same way</caption><thead><tr>${head.map(
    (name) => html`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody>${aligned.map(alignmentRow)}</tbody></table></div>`;
}

function alignmentRow({ method, label, alignment, notes }: ComparedMethod): Markup {
  if (alignment === null) return html``;
  const { shift_px: shift, ramp_rad_per_px: ramp, factor, correlation, twin } = alignment;
  const pair = ({ x, y }: { readonly x: number; readonly y: number }): string => `${numberText(x)}, ${numberText(y)}`;
  const [size, angle] = [Math.hypot(factor.re, factor.im), Math.atan2(factor.im, factor.re)];
  const cells = [
    pair(shift),
    pair(ramp),
    `${numberText(size)} at ${numberText(angle)} rad`,
    numberText(correlation),
    twin === null ? 'not checked' : twin ? 'suspected' : 'no',
  ];
  return html`<tr><th scope="row" class="method ${methodClass(method)}">${label}</th>${cells.map((text) => html`<td>${text}</td>`)}<td class="wrap">${notes.join('; ')}</td></tr>`;
}
