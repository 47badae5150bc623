import type { ColourMap } from './colour-maps.js';
import type { DisplayRange } from './display-range.js';
import { imageSpec } from './image-spec.js';
import { pngDataUrl } from './png-data-url.js';
import { type Figure, renderFigure } from './render-figure.js';
import { scaleBar } from './scale-bar.js';

/** A real image and how to show it. */
export interface ImageFigureOptions {
  readonly title: string;
  readonly subtitle?: string;
  /** Title of the colour bar, with the unit. */
  readonly valueTitle: string;
  readonly map: ColourMap;
  readonly range: DisplayRange;
  /** 1 where a pixel is shown; the others are grey. */
  readonly region?: Uint8Array | undefined;
  /** Scan coordinates of pixel (0, 0), pixels. */
  readonly origin?: { readonly x: number; readonly y: number };
  /** Object pixels per image pixel, when the image was binned for display. */
  readonly binning?: number;
  /** Size of an object pixel in metres, for the scale bar. */
  readonly pixelSize_m?: number | undefined;
}

/** Device pixels across the picture; smaller images are enlarged by whole numbers so that their pixels stay square. */
const DEVICE_PX = 1000;

/** Draws any real image `[rows, columns]` with axes in scan coordinates (pixels, y down), colour bar and scale bar. */
export function imageFigure(
  values: Float32Array,
  shape: readonly [rows: number, columns: number],
  options: ImageFigureOptions,
): Promise<Figure> {
  const { map, range, region, binning = 1, origin = { x: 0, y: 0 }, pixelSize_m } = options;
  const enlarge = Math.max(1, Math.round(DEVICE_PX / Math.max(...shape)));
  const extent = [shape[0] * binning, shape[1] * binning] as const;
  return renderFigure(
    imageSpec({
      title: options.title,
      subtitle: options.subtitle ?? '',
      valueTitle: options.valueTitle,
      pictureUrl: pngDataUrl(values, shape, { map, range, region, enlarge }),
      extent,
      origin,
      map,
      range,
      bar: scaleBar(extent[1], pixelSize_m),
    }),
  );
}
