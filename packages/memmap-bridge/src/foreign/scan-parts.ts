import type { ComplexArray } from '@ptychokit/config';
import type { FileGeometry } from './geometry.js';
import type { FrameDataset } from './hdf5-frame-source.js';

/** An object in a scan file, and where positions in metres lie on it: pixel = (m - centre) / pixel + side / 2. */
export interface PlacedObject {
  /** `[H, W]`. */
  readonly array: ComplexArray;
  readonly centreX_m: number;
  readonly centreY_m: number;
}

/** What a foreign file holds, before geometry and size of the frames are settled. */
export interface ScanParts {
  readonly format: string;
  readonly path: string;
  readonly datasets: readonly FrameDataset[];
  /** Row of each frame, counted through all datasets, `[n]`. */
  readonly order: Int32Array;
  /** Shape of the frames in the file. */
  readonly frameShape: readonly [height: number, width: number];
  readonly values: 'counts' | 'amplitude';
  /** In metres; +x is +column, +y is +row. */
  readonly x_m: Float64Array;
  readonly y_m: Float64Array;
  readonly scanIndex?: Int32Array | undefined;
  readonly geometry: FileGeometry;
  /** Pixel of the beam. */
  readonly beam?: { readonly row: number; readonly column: number } | undefined;
  /** At the size of the detector, `[H, W]`; 1 is bad. */
  readonly badPixels?: Uint8Array | undefined;
  readonly dark?: Float32Array | undefined;
  readonly efficiency?: Float32Array | undefined;
  /** `[N, N]` or `[modes, N, N]`. */
  readonly probe?: ComplexArray | undefined;
  readonly object?: PlacedObject | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What was interpreted, left out or chosen, one sentence each. */
  readonly notes: readonly string[];
}
