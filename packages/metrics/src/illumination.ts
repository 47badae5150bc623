import { type RealImage, sizeOf } from './image.js';
import { erode, type Region } from './region.js';

/** A scan, as far as the illuminated area is concerned. */
export interface ScanIllumination {
  /** Intensity of the probe, summed over modes, shape `[N, N]`. */
  readonly probeIntensity: RealImage;
  /** Positions in object pixels; the patch of position (x, y) starts at pixel (y - N/2, x - N/2). */
  readonly xcoords: ArrayLike<number>;
  readonly ycoords: ArrayLike<number>;
  /** `[rows, cols]` of the object. */
  readonly shape: readonly number[];
}

/** Sum of the probe's intensity over all positions, each rounded to a pixel; shape of the object. */
export function illuminationOf({ probeIntensity, xcoords, ycoords, shape }: ScanIllumination): RealImage {
  const [rows, cols] = sizeOf({ shape });
  const [height, width] = sizeOf(probeIntensity);
  const data = new Float64Array(rows * cols);
  for (let k = 0; k < xcoords.length; k++) {
    const top = Math.round(ycoords[k] as number) - Math.floor(height / 2);
    const left = Math.round(xcoords[k] as number) - Math.floor(width / 2);
    for (let r = Math.max(0, -top); r < Math.min(height, rows - top); r++) {
      const from = r * width;
      const to = (top + r) * cols + left;
      for (let c = Math.max(0, -left); c < Math.min(width, cols - left); c++) {
        data[to + c] = (data[to + c] as number) + (probeIntensity.data[from + c] as number);
      }
    }
  }
  return { shape: [rows, cols], data };
}

/**
 * The pixels on which reconstructions of one scan are compared: illuminated above a fraction of the maximum, without a rim.
 *
 * @param options.threshold fraction of the maximal illumination, 0.1 by default
 * @param options.rimPx pixels taken away at the rim of the illuminated area; N/4 is the usual choice
 */
export function scoreRegion(illumination: RealImage, options: { readonly threshold?: number; readonly rimPx: number }): Region {
  const { threshold = 0.1, rimPx } = options;
  const { data, shape } = illumination;
  let maximum = 0;
  for (let i = 0; i < data.length; i++) maximum = Math.max(maximum, data[i] as number);
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) mask[i] = (data[i] as number) > threshold * maximum ? 1 : 0;
  return erode({ shape, mask }, Math.round(rimPx));
}
