import type { ComplexArray } from '@ptychokit/config';
import type { FrameSource } from '../frame-source.js';

/** Where the frames were taken, in metres; +x is +column, +y is +row. */
export interface ProductPositions {
  /** Frame of each position, `[n]`: any order, gaps allowed. */
  readonly indexes: Int32Array;
  /** `[n]`. */
  readonly x_m: Float64Array;
  readonly y_m: Float64Array;
}

/** A probe and its pixel. */
export interface ProductProbe {
  /** `[C, I, H, W]`: OPR modes, incoherent modes; `[I, H, W]` and `[H, W]` are accepted. */
  readonly array: ComplexArray;
  readonly pixelWidth_m: number;
  readonly pixelHeight_m: number;
  /** Weight of each OPR mode at each position, `[n, C]`. */
  readonly oprWeights?: { readonly shape: readonly number[]; readonly data: Float64Array } | undefined;
}

/** An object, its pixel, and where its middle lies. */
export interface ProductObject {
  /** `[L, H, W]`; `[H, W]` is accepted. */
  readonly array: ComplexArray;
  readonly pixelWidth_m: number;
  readonly pixelHeight_m: number;
  /** Position of the object's pixel (H/2, W/2). */
  readonly centerX_m: number;
  readonly centerY_m: number;
  /** Distance from layer to layer, `[L - 1]`; default: none for one layer. */
  readonly layerSpacing_m?: Float64Array | undefined;
}

/** The frames of a product that carries them, with positions in object pixels. */
export interface ProductRawData {
  /** Amplitudes. */
  readonly frames: FrameSource;
  /** `[frames]`. */
  readonly xcoords: Float64Array;
  readonly ycoords: Float64Array;
  readonly scanIndex?: Int32Array | undefined;
}

/** A reconstruction as ptychodus keeps it. */
export interface PtychodusProduct {
  readonly name?: string | undefined;
  readonly comments?: string | undefined;
  readonly detectorObjectDistance_m: number;
  readonly probeEnergy_eV: number;
  readonly exposureTime_s?: number | undefined;
  readonly probePhotonCount?: number | undefined;
  readonly massAttenuation_m2_kg?: number | undefined;
  readonly tomographyAngle_deg?: number | undefined;
  readonly positions: ProductPositions;
  readonly probe: ProductProbe;
  readonly object: ProductObject;
  /** Loss of each recorded epoch; `epochs` defaults to 0, 1, 2, … */
  readonly loss: { readonly values: Float64Array; readonly epochs?: Int32Array | undefined };
}

/** Positions of a product in pixels of its object: `(x_m - center) / pixel + W / 2`, and the same for y. */
export function productPositionsPx({ positions, object }: Pick<PtychodusProduct, 'positions' | 'object'>): {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
} {
  const [height, width] = object.array.shape.slice(-2) as [number, number];
  return {
    xs: positions.x_m.map((x) => (x - object.centerX_m) / object.pixelWidth_m + width / 2),
    ys: positions.y_m.map((y) => (y - object.centerY_m) / object.pixelHeight_m + height / 2),
  };
}

/** A shape with leading axes of length 1, so that it has `axes` of them. */
export function withAxes(shape: readonly number[], axes: number): readonly number[] {
  return [...new Array<number>(Math.max(0, axes - shape.length)).fill(1), ...shape];
}
