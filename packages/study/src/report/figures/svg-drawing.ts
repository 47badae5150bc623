import { FILE_STYLE } from '../charts/chart-file.js';
import { html, type Markup, raw } from '../page/markup.js';
import { type ColourMap, colourTable } from './colour-maps.js';
import type { DisplayRange } from './display-range.js';
import { pngDataUrl } from './png-data-url.js';

/** Size of a drawing, drawing units. */
export interface DrawingSize {
  readonly width: number;
  readonly height: number;
}

/** A drawing as an SVG file on white, with the type of all figures. */
export function svgDrawing({ width, height }: DrawingSize, body: Markup): string {
  const size = html`width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" ${size}><style>${raw(FILE_STYLE)}</style><rect width="100%" height="100%" fill="#fff"/>${body}</svg>\n`
    .html;
}

/** An image with its place in a drawing. */
export interface PlacedImage {
  readonly values: Float32Array;
  readonly shape: readonly [number, number];
  readonly mask: Uint8Array;
  readonly map: ColourMap;
  readonly range: DisplayRange;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Height of an image of a width. */
export const imageHeight = ({ shape, width }: Pick<PlacedImage, 'shape' | 'width'>): number => (width * shape[0]) / shape[1];

/** An image; its pixels are enlarged by whole numbers, so that they stay sharp where a viewer smooths. */
export function placedImage(image: PlacedImage): Markup {
  const { values, shape, mask, map, range, x, y, width } = image;
  const enlarge = Math.max(1, Math.round((1.5 * width) / shape[1]));
  const url = pngDataUrl(values, shape, { map, range, region: mask, enlarge });
  return html`<image x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${imageHeight(image).toFixed(1)}" preserveAspectRatio="none" href="${url}"/>`;
}

/** A horizontal colour bar with its title above and its ends below. */
export interface PlacedBar {
  readonly title: string;
  readonly map: ColourMap;
  readonly range: DisplayRange;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Draws a colour bar; it takes 44 units of height. */
export function placedBar({ title, map, range: [low, high], x, y, width }: PlacedBar): Markup {
  const steps = colourTable(map).length / 3;
  const ramp = Float32Array.from({ length: steps }, (_, i) => i);
  const url = pngDataUrl(ramp, [1, steps], { map, range: [0, steps - 1] });
  const end = (value: number): string => Number(value.toPrecision(3)).toString().replace('-', '−');
  return html`<text x="${x}" y="${y + 10}">${title}</text><image x="${x}" y="${y + 15}" width="${width}" height="10" preserveAspectRatio="none" href="${url}"/><text class="quiet" x="${x}" y="${y + 38}">${end(low)}</text><text class="quiet" text-anchor="end" x="${x + width}" y="${y + 38}">${end(high)}</text>`;
}
