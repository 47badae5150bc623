import { mapOf } from '../../compare/cell-images.js';
import { METHODS } from '../../compare/method-inputs.js';
import { doseLabel } from '../../study-layout.js';
import { overviewScales } from '../overview-scales.js';
import { html, type Markup } from '../page/markup.js';
import type { SeenCell } from '../page/overview.js';
import { imageHeight, placedBar, placedImage, svgDrawing } from './svg-drawing.js';

const WIDTH = 230;
const GAP = 8;
const LEFT = 130;
const TOP = 84;

/** Every dose by every view and method of a split as one drawing; undefined where nothing can be drawn. */
export function overviewFigure(seen: readonly SeenCell[], kind: 'amplitude' | 'phase'): string | undefined {
  const shapes = seen.flatMap(({ view }) => (view.reason === null ? [view.shape] : []));
  if (shapes.length === 0) return undefined;
  const height = Math.max(...shapes.map((shape) => imageHeight({ shape, width: WIDTH })));
  const doses = [...new Set(seen.map(({ cell }) => cell.dose))].sort((a, b) => a - b);
  const rows = [...new Set(seen.map(({ cell }) => cell.view))].flatMap((view) => ['truth', ...METHODS].map((name) => ({ view, name })));
  const range = overviewScales(seen)[kind];
  const map = mapOf(kind, range);
  const labels = new Map<string, string>(
    seen.flatMap(({ cell }) => cell.result.methods.map(({ method, label }) => [method, label] as const)),
  );
  const images = rows.flatMap(({ view, name }, row) => {
    const y = TOP + row * (height + GAP);
    const names = html`<text class="title" x="12" y="${(y + 12).toFixed(1)}">${name === 'truth' ? view : ''}</text><text x="12" y="${(y + 30).toFixed(1)}">${labels.get(name) ?? 'truth'}</text>`;
    const parts = doses.map((dose, column): Markup => {
      const one = seen.find(({ cell }) => cell.dose === dose && cell.view === view);
      const found = one?.view;
      const x = LEFT + column * (WIDTH + GAP);
      const values = found?.reason === null ? found.planes.get(`${name}:${kind}`) : undefined;
      if (found?.reason !== null || values === undefined) {
        const status = one?.cell.result.methods.find(({ method }) => method === name)?.status ?? 'none';
        return html`<text class="quiet" x="${x}" y="${(y + 30).toFixed(1)}">${status}</text>`;
      }
      return placedImage({ ...found, values, map, range, x, y, width: WIDTH });
    });
    return [names, ...parts];
  });
  const heads = doses.map(
    (dose, i) => html`<text class="label" x="${LEFT + i * (WIDTH + GAP)}" y="${TOP - 10}">${doseLabel(dose)} photons per frame</text>`,
  );
  const bar = placedBar({ title: kind === 'phase' ? 'phase, rad' : kind, map, range, x: LEFT, y: 8, width: WIDTH });
  const size = { width: LEFT + doses.length * (WIDTH + GAP) + GAP, height: TOP + rows.length * (height + GAP) + GAP };
  return svgDrawing(size, html`${bar}${heads}${images}`);
}
