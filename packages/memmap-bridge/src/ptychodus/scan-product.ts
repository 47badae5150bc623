import type { ComplexArray } from '@ptychokit/config';
import type { RawData } from '../raw-data.js';
import type { PtychodusProduct } from './product.js';

/** A reconstruction in the pixels of its scan. */
export interface ScanReconstruction {
  readonly raw: RawData;
  /** `[H, W]` or `[L, H, W]`. */
  readonly object: ComplexArray;
  /** Scan coordinates of object pixel (0, 0). */
  readonly origin: { readonly x: number; readonly y: number };
  /** `[N, N]`, `[I, N, N]` or `[C, I, N, N]`. */
  readonly probe: ComplexArray;
  /** Side of an object pixel. */
  readonly objectPixel_m: number | { readonly width_m: number; readonly height_m: number };
  /** Corrected positions in scan coordinates, `[n]`; default: those of the scan. */
  readonly positions?: { readonly xs: Float64Array; readonly ys: Float64Array } | undefined;
}

/** What a product says beyond the reconstruction. */
export type ProductFacts = Omit<PtychodusProduct, 'positions' | 'probe' | 'object'> & {
  readonly oprWeights?: PtychodusProduct['probe']['oprWeights'];
  readonly layerSpacing_m?: Float64Array | undefined;
};

/**
 * A product from a reconstruction in pixels: positions in metres count from the middle of the object, so that a reader of the product
 * finds each frame at the object pixel where it was.
 */
export function productOfScan(scan: ScanReconstruction, facts: ProductFacts): PtychodusProduct {
  const { raw, object, origin, probe } = scan;
  const { oprWeights, layerSpacing_m, ...rest } = facts;
  const pixel = typeof scan.objectPixel_m === 'number' ? { width_m: scan.objectPixel_m, height_m: scan.objectPixel_m } : scan.objectPixel_m;
  const [height, width] = object.shape.slice(-2) as [number, number];
  const { xs, ys } = scan.positions ?? { xs: raw.xcoords, ys: raw.ycoords };
  return {
    ...rest,
    positions: {
      indexes: Int32Array.from({ length: raw.frameCount }, (_, frame) => frame),
      x_m: xs.map((x) => (x - origin.x - width / 2) * pixel.width_m),
      y_m: ys.map((y) => (y - origin.y - height / 2) * pixel.height_m),
    },
    probe: { array: probe, pixelWidth_m: pixel.width_m, pixelHeight_m: pixel.height_m, oprWeights },
    object: { array: object, pixelWidth_m: pixel.width_m, pixelHeight_m: pixel.height_m, centerX_m: 0, centerY_m: 0, layerSpacing_m },
  };
}
