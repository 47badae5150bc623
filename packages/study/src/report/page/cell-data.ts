import type { Method } from '../../compare/method-inputs.js';
import { METHODS } from '../../compare/method-inputs.js';
import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import type { CellView } from '../cell-view.js';
import { colourTable } from '../figures/colour-maps.js';
import { html, jsonForScript, type Markup } from './markup.js';
import { cellId } from './names.js';
import { codeMask, codePlane } from './plane-code.js';

/** Names of what is drawn of a cell: the truth, and the methods that were scored. */
export const drawnNames = (view: CellView): readonly ('truth' | Method)[] =>
  view.reason !== null ? [] : (['truth', ...METHODS] as const).filter((name) => view.planes.has(`${name}:amplitude`));

/** The images of a cell as data for the script of the page; errors are computed there. */
export function cellData(cell: ComparedCell, view: CellView): Markup {
  if (view.reason !== null) return html``;
  const { shape, origin, mask, planes, scales, binning } = view;
  const coded = Object.fromEntries(
    drawnNames(view).map((name) => [
      name,
      {
        amplitude: codePlane(planes.get(`${name}:amplitude`) as Float32Array, mask),
        phase: codePlane(planes.get(`${name}:phase`) as Float32Array, mask),
      },
    ]),
  );
  const data = { shape, origin, binning, scales, mask: codeMask(mask), planes: coded };
  return html`<script type="application/json" id="data-${cellId(cell)}">${jsonForScript(data)}</script>\n`;
}

/** Colour maps for the script: 256 sRGB colours each, base64. */
export function colourData(): Markup {
  const maps = (['viridis', 'cividis', 'magma', 'phase'] as const).map((map) => [map, Buffer.from(colourTable(map)).toString('base64')]);
  return html`<script type="application/json" id="data-colours">${jsonForScript(Object.fromEntries(maps))}</script>\n`;
}
