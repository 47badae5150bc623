import { type ColourImageOptions, colourPng } from './colour-image.js';

/** A coloured image as a `data:` URL, to be embedded in a drawing. */
export function pngDataUrl(values: Float32Array, shape: readonly [rows: number, columns: number], options: ColourImageOptions): string {
  return `data:image/png;base64,${Buffer.from(colourPng(values, shape, options)).toString('base64')}`;
}
