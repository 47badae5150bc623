import { METHODS } from '../../compare/method-inputs.js';
import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import { doseLabel, SPLITS } from '../../study-layout.js';
import type { CellView } from '../cell-view.js';
import { overviewScales } from '../overview-scales.js';
import { html, type Markup } from './markup.js';
import { cellId, cellTitle, methodClass } from './names.js';
import { colourBar } from './viewer.js';

/** A cell with its images. */
export interface SeenCell {
  readonly cell: ComparedCell;
  readonly view: CellView;
}

/** Every dose by every view and method in one picture. */
export function overviewSection(seen: readonly SeenCell[]): Markup {
  const splits = [...SPLITS].reverse().filter((split) => seen.some(({ cell }) => cell.split === split));
  if (!seen.some(({ view }) => view.reason === null)) return html`<p class="missing">There are no images; the cells below say why.</p>`;
  const choice = (name: string, title: string, values: readonly string[]): Markup =>
    html`<fieldset class="scripted" hidden><legend>${title}</legend>${values.map(
      (value, i) => html`<label><input type="radio" name="overview-${name}" value="${value}"${i === 0 && html` checked`}> ${value}</label>`,
    )}</fieldset>`;
  return html`<div id="overview">${choice('kind', 'Show', ['phase', 'amplitude'])}${choice('split', 'Split', splits)}
${splits.map((split, i) =>
  matrix(
    seen.filter(({ cell }) => cell.split === split),
    { split, isHidden: i > 0 },
  ),
)}</div>`;
}

function matrix(seen: readonly SeenCell[], { split, isHidden }: { readonly split: string; readonly isHidden: boolean }): Markup {
  const doses = [...new Set(seen.map(({ cell }) => cell.dose))].sort((a, b) => a - b);
  const views = [...new Set(seen.map(({ cell }) => cell.view))];
  const names = [
    'truth',
    ...METHODS.filter((method) => seen.some(({ view }) => view.reason === null && view.planes.has(`${method}:phase`))),
  ];
  const labels = new Map<string, string>(
    seen.flatMap(({ cell }) => cell.result.methods.map(({ method, label }) => [method, label] as const)),
  );
  const body = views.flatMap((view) =>
    names.map((name, i) => {
      const title =
        name === 'truth'
          ? html`<span class="quiet">truth</span>`
          : html`<span class="method ${methodClass(name)}">${labels.get(name) ?? name}</span>`;
      const head = html`<th scope="row">${i === 0 && html`<strong>${view}</strong><br>`}${title}</th>`;
      const cells = doses.map((dose) =>
        thumbnail(
          seen.find(({ cell }) => cell.dose === dose && cell.view === view),
          name,
        ),
      );
      return html`<tr${i === 0 && html` class="first"`}>${head}${cells}</tr>\n`;
    }),
  );
  const head = doses.map((dose) => html`<th scope="col">${doseLabel(dose)} photons per frame</th>`);
  const scales = JSON.stringify(overviewScales(seen));
  const bar = colourBar('', '');
  return html`<div data-matrix="${split}" data-scales="${scales}"${isHidden && html` hidden`}><table class="matrix"><thead><tr><td class="rowhead">${bar}</td>${head}</tr></thead><tbody>${body}</tbody></table></div>\n`;
}

function thumbnail(seen: SeenCell | undefined, name: string): Markup {
  if (seen === undefined) return html`<td class="quiet">–</td>`;
  const { cell, view } = seen;
  const row = cell.result.methods.find(({ method }) => method === name);
  if (view.reason !== null || !view.planes.has(`${name}:phase`)) {
    return html`<td class="quiet" title="${row?.reason ?? view.reason ?? ''}">${row?.status ?? 'none'}</td>`;
  }
  const title = `${row?.label ?? 'Truth'}: ${cellTitle(cell)}`;
  return html`<td><a href="#cell-${cellId(cell)}" title="${title}"><canvas width="${view.shape[1]}" height="${view.shape[0]}" data-cell="${cellId(cell)}" data-name="${name}" role="img" aria-label="${title}"></canvas></a></td>`;
}
