import type { Spec } from 'vega';
import { FIGURE_FONT, fontFiles } from './fonts.js';

/** A finished picture: the vector drawing and its rendering. */
export interface Figure {
  readonly svg: string;
  readonly png: Uint8Array;
}

/** Device pixels per drawing unit: text stays sharp on a dense screen and in print. */
const ZOOM = 1.5;

/** Draws a Vega specification without a browser, on a white ground. */
export async function renderFigure(spec: Spec): Promise<Figure> {
  // Loaded with the first figure: it costs time, and a module of it awaits at its top level, which CommonJS cannot require.
  const { parse, View } = await import('vega');
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return { svg, png: await rasterise(svg) };
  } finally {
    view.finalize();
  }
}

/** An SVG drawing as PNG, on a white ground. */
export async function rasterise(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js'); // a native addon
  const options = {
    background: 'white',
    fitTo: { mode: 'zoom' as const, value: ZOOM },
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: FIGURE_FONT, sansSerifFamily: FIGURE_FONT },
  };
  return new Uint8Array(new Resvg(svg, options).render().asPng());
}
