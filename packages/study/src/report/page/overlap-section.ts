import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import { doseLabel } from '../../study-layout.js';
import { lineChart } from '../charts/line-chart.js';
import { overlapChart } from '../charts/study-charts.js';
import { html, type Markup } from './markup.js';
import { numberText } from './names.js';

/** Overlap asked for and measured. */
export function overlapSection(cells: readonly ComparedCell[]): Markup {
  const head = ['Dose', 'View', 'Split', 'Gridsize', 'Images', 'Asked', 'Within groups', 'Between images', 'Between groups'];
  const rows = cells.map(({ dose, view, split, gridsize, result: { overlap } }) => {
    const measured = [overlap.group, overlap.image, overlap.group_to_group];
    const asked = overlap.asked === null ? 'all positions' : numberText(overlap.asked);
    return html`<tr><th scope="row">${doseLabel(dose)}</th><td>${view}</td><td>${split}</td><td class="number">${gridsize}</td><td class="number">${overlap.images ?? '–'}</td><td class="number">${asked}</td>${measured.map(
      (value) => html`<td class="number">${numberText(value)}</td>`,
    )}</tr>`;
  });
  return html`<p>A view asks for a spacing of positions, as an overlap of the edges of frames. What counts for ptychography is measured: the mean overlap of discs as wide as the illumination, with up to K neighbours. A probe smaller than the frame overlaps less than was asked for.</p>
<div class="charts">${lineChart(overlapChart(cells))}</div>
<div class="scroll" tabindex="0" role="region" aria-label="Overlap"><table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
