import { FrameSizeError } from '../errors.js';
import type { ScanHints } from './hints.js';

/** The square part of the detector that becomes a frame. */
export interface DetectorWindow {
  readonly row: number;
  readonly column: number;
  /** N. */
  readonly size: number;
}

/** Sizes the network is made for. */
const USUAL_SIZES = [256, 128, 64];

/**
 * The part of the detector to read, with the beam on its pixel (N/2, N/2).
 *
 * @param shape of the frames in the file
 * @param beam where the file says the beam is, if it does
 * @throws FrameSizeError frames that need cropping where none was asked for, or a crop that does not fit
 */
export function detectorWindow(
  shape: readonly [height: number, width: number],
  given: {
    readonly hints: ScanHints;
    readonly beam?: { readonly row: number; readonly column: number } | undefined;
    readonly where: string;
  },
): DetectorWindow {
  const [height, width] = shape;
  const { hints, where } = given;
  const beam = hints.beamCentre_px ?? given.beam ?? { row: Math.floor(height / 2), column: Math.floor(width / 2) };
  const row = Math.round(beam.row);
  const column = Math.round(beam.column);
  const largest = 2 * Math.min(row, column, height - row, width - column);
  const refuse = (what: string): never => {
    throw new FrameSizeError(what, { size: shape, where, fix: cropFix(largest) });
  };
  const { crop } = hints;
  if (crop === undefined) {
    if (height !== width) refuse(`Frames of ${height} x ${width} pixels are not square`);
    if (height % 2 === 1) refuse(`Frames of ${height} x ${width} pixels have no middle pixel N/2: N is odd`);
    if (largest !== height) refuse(`The beam is at pixel (${beam.row}, ${beam.column}) and not in the middle of ${height} x ${width}`);
    return { row: 0, column: 0, size: height };
  }
  if (!(Number.isInteger(crop) && crop > 0 && crop % 2 === 0)) throw new RangeError(`expected crop to be an even number, got ${crop}`);
  if (crop > largest)
    refuse(`No ${crop} x ${crop} pixels around the beam at (${row}, ${column}) lie on a detector of ${height} x ${width}`);
  return { row: row - crop / 2, column: column - crop / 2, size: crop };
}

function cropFix(largest: number): string {
  const size = USUAL_SIZES.find((usual) => usual <= largest) ?? largest;
  return size > 0 ? `keep the middle of the detector: --crop ${size}` : 'name the pixel of the beam: --beam-centre <row,column>';
}

/** True where the window is the whole frame. */
export function isWholeFrame(window: DetectorWindow, [height, width]: readonly [number, number]): boolean {
  return window.row === 0 && window.column === 0 && window.size === height && window.size === width;
}

/** The part of a detector-sized image `[H, W]` that the window shows. */
export function windowed<T extends Float32Array | Uint8Array>(image: T, window: DetectorWindow, width: number): T {
  const { row, column, size } = window;
  const part = image.slice(0, size * size) as T;
  for (let r = 0; r < size; r++) {
    const from = (row + r) * width + column;
    part.set(image.subarray(from, from + size), r * size);
  }
  return part;
}
