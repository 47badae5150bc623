import { type ImageKind, mapOf } from '../../compare/cell-images.js';
import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import type { CellView } from '../cell-view.js';
import { drawnNames } from '../page/cell-data.js';
import { html, type Markup } from '../page/markup.js';
import { cellTitle } from '../page/names.js';
import type { DisplayRange } from './display-range.js';
import { imageHeight, placedBar, placedImage, svgDrawing } from './svg-drawing.js';

const WIDTH = 230;
const GAP = 12;
const MARGIN = 14;
const TOP = 56;
const CAPTION = 18;

/** Truth, objects and errors of a cell as one drawing; undefined where there are no images. */
export function cellFigure(cell: ComparedCell, view: CellView): string | undefined {
  if (view.reason !== null) return undefined;
  const names = drawnNames(view);
  const labels = new Map<string, string>(cell.result.methods.map(({ method, label }) => [method, label]));
  const height = imageHeight({ shape: view.shape, width: WIDTH });
  const [stepX, stepY] = [WIDTH + GAP, height + CAPTION + GAP];
  const at = (column: number, row: number): { x: number; y: number } => ({ x: MARGIN + column * stepX, y: TOP + row * stepY });
  const part = (name: string, kind: ImageKind, place: { x: number; y: number }): Markup => {
    const range = view.scales[kind] as DisplayRange;
    const values = view.planes.get(`${name}:${kind}`) as Float32Array;
    const title = name === 'truth' ? 'Truth' : (labels.get(name) ?? name);
    return html`${placedImage({ ...view, values, map: mapOf(kind, range), range, ...place, width: WIDTH })}<text class="quiet" x="${place.x}" y="${(place.y + height + 13).toFixed(1)}">${title}, ${kind.endsWith('error') ? 'error' : kind}</text>`;
  };
  const rows = (['amplitude', 'phase'] as const).map((kind, pair) => {
    const objects = names.map((name, column) => part(name, kind, at(column, 2 * pair)));
    const errors = names.slice(1).map((name, i) => part(name, `${kind}_error`, at(i + 1, 2 * pair + 1)));
    const bars = ([kind, `${kind}_error`] as const).map((each, i) => {
      const range = view.scales[each] as DisplayRange;
      const { x, y } = at(0, 2 * pair + 1);
      const title = `${each.replace('_', ' ')}${kind === 'phase' ? ', rad' : ''}`;
      return placedBar({ title, map: mapOf(each, range), range, x, y: y + 6 + 46 * i, width: WIDTH - 30 });
    });
    return [objects, names.length > 1 ? bars : bars.slice(0, 1), errors];
  });
  const size = { width: 2 * MARGIN + names.length * stepX - GAP, height: Math.max(TOP + 4 * stepY, at(0, 3).y + 110) };
  return svgDrawing(size, html`<text class="title" x="${MARGIN}" y="28">${cellTitle(cell)}</text>${rows}`);
}
