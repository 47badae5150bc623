import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import type { CellView } from '../cell-view.js';
import { drawnNames } from './cell-data.js';
import { html, type Markup } from './markup.js';
import { cellId, cellTitle } from './names.js';

/** Quantities, in the rows of a viewer; each has its errors below it. */
const QUANTITIES = [
  { kind: 'amplitude', unit: '' },
  { kind: 'phase', unit: 'rad' },
] as const;

/** Truth, objects and errors of a cell side by side, or why there are none. */
export function cellViewer(cell: ComparedCell, view: CellView): Markup {
  if (view.reason !== null) return html`<p class="missing">No images: ${view.reason}</p>`;
  const names = drawnNames(view);
  const labels = new Map<string, string>(cell.result.methods.map(({ method, label }) => [method, label]));
  const labelOf = (name: string): string => (name === 'truth' ? 'Truth' : (labels.get(name) ?? name));
  const { shape, binning } = view;
  const figure = (name: string, kind: string): Markup => {
    const title = `${labelOf(name)}, ${kind === 'amplitude' || kind === 'phase' ? kind : 'error'}`;
    return html`<figure><div class="frame"><canvas width="${shape[1]}" height="${shape[0]}" data-name="${name}" data-kind="${kind}" role="img" aria-label="${`${title}: ${cellTitle(cell)}`}"></canvas><span class="cross across" hidden></span><span class="cross down" hidden></span></div><figcaption><span>${title}</span><span class="value"></span></figcaption></figure>`;
  };
  const rows = QUANTITIES.map(({ kind, unit }) => {
    const [, ...methods] = names;
    const bars = html`<div class="bars">${colourBar(kind, unit)}${methods.length > 0 && colourBar(`${kind}_error`, unit)}</div>`;
    const errors = methods.map((name) => figure(name, `${kind}_error`));
    return html`${names.map((name) => figure(name, kind))}${bars}${errors}\n`;
  });
  const help = 'Arrow keys move the cursor, plus and minus zoom, 0 shows all.';
  const averaged = binning > 1 && html`<span>shown in blocks of ${binning} × ${binning} px</span>`;
  return html`<div class="viewer" data-cell="${cellId(cell)}" tabindex="0" role="group" aria-label="${`Images of ${cellTitle(cell)}. ${help}`}">
<div class="toolbar"><button type="button" class="plain-button" data-zoom="2" aria-label="zoom in">+</button><button type="button" class="plain-button" data-zoom="0.5" aria-label="zoom out">−</button><button type="button" class="plain-button" data-zoom="0">all</button><span class="position" aria-live="polite"></span>${averaged}</div>
<div class="images columns-${names.length}">${rows}</div></div>`;
}

/** A colour bar that the script paints. */
export function colourBar(kind: string, unit: string): Markup {
  const title = kind.replace('_', ' ');
  return html`<div class="bar" data-kind="${kind}"><span>${title}${unit === '' ? '' : `, ${unit}`}</span><canvas width="256" height="1" aria-hidden="true"></canvas><span class="ends"><span class="end"></span><span class="end"></span></span></div>`;
}
