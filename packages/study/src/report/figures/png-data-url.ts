import { type ColourImageOptions, colourPng } from './colour-image.js';

/** A coloured image as a `data:` URL, to be embedded in a drawing. */
export function pngDataUrl(values: Float32Array, shape: readonly [rows: number, columns: number], options: ColourImageOptions): string {
  return toDataUrl(colourPng(values, shape, options));
}

/** A PNG, or that of a figure, as a `data:` URL: what a page, a notebook or a Markdown cell shows inline. */
export function toDataUrl(picture: Uint8Array | { readonly png: Uint8Array }): string {
  const png = picture instanceof Uint8Array ? picture : picture.png;
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
