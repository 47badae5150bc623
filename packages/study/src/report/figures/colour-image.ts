import { encode } from 'fast-png';
import { type ColourMap, colourTable } from './colour-maps.js';
import type { DisplayRange } from './display-range.js';

/** How the values of an image become colours. */
export interface ColourImageOptions {
  readonly map: ColourMap;
  readonly range: DisplayRange;
  /** 1 where a pixel is shown; other pixels are transparent. */
  readonly region?: Uint8Array | undefined;
  /** Each value becomes a square of this many pixels, 1 by default. */
  readonly enlarge?: number;
}

/** Encodes `[rows, columns]` values as an RGBA PNG; pixels outside the region and values that are not finite are transparent. */
export function colourPng(values: Float32Array, shape: readonly [rows: number, columns: number], options: ColourImageOptions): Uint8Array {
  const [rows, columns] = shape;
  if (values.length !== rows * columns) throw new RangeError(`expected ${rows * columns} values for [${shape}], got ${values.length}`);
  const { enlarge = 1 } = options;
  const colours = paint(values, options);
  if (enlarge === 1) return pngOf(colours, columns, rows);
  const wide = new Uint32Array(colours.length * enlarge * enlarge);
  for (let y = 0; y < rows * enlarge; y++) {
    const from = Math.floor(y / enlarge) * columns;
    const to = y * columns * enlarge;
    for (let x = 0; x < columns * enlarge; x++) wide[to + x] = colours[from + Math.floor(x / enlarge)] as number;
  }
  return pngOf(wide, columns * enlarge, rows * enlarge);
}

function paint(values: Float32Array, { map, range: [low, high], region }: ColourImageOptions): Uint32Array {
  const table = colourTable(map);
  const colours = new Uint32Array(values.length);
  const bytes = new Uint8Array(colours.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value) || (region && region[i] !== 1)) continue;
    const index = 3 * Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));
    bytes[4 * i] = table[index] as number;
    bytes[4 * i + 1] = table[index + 1] as number;
    bytes[4 * i + 2] = table[index + 2] as number;
    bytes[4 * i + 3] = 255;
  }
  return colours;
}

function pngOf(colours: Uint32Array, width: number, height: number): Uint8Array {
  return encode({ width, height, data: new Uint8Array(colours.buffer), channels: 4, depth: 8 }, { zlib: { level: 3 } });
}
