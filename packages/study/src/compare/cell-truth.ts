import { PtychoError } from '@ptychokit/config';
import type { RawData } from '@ptychokit/memmap-bridge';
import { type ComplexImage, illuminationOf, type Region, scoreRegion } from '@ptychokit/metrics';

/** A scan that cannot be scored. */
export class NoTruthError extends PtychoError {
  readonly code = 'NO_TRUTH';
}

/** What every method of a cell is measured against, and where. */
export interface CellTruth {
  /** `[rows, columns]`; pixel (0, 0) lies at scan coordinate (0, 0). */
  readonly object: ComplexImage;
  readonly region: Region;
  readonly rimPx: number;
}

/**
 * The true object of a simulated scan and the pixels that count: illuminated above a fraction of the maximum, without a rim of N/4.
 *
 * @throws NoTruthError the scan carries no object
 */
export function truthOf(raw: RawData, { threshold }: { readonly threshold: number }): CellTruth {
  const { objectGuess: object, probeGuess, frameSize: N } = raw;
  if (object === undefined) {
    throw new NoTruthError('The scan carries no true object', { where: raw.source, fix: 'compare on scans that phase C simulated' });
  }
  const intensity = new Float64Array(N * N);
  for (let i = 0; i < probeGuess.data.length; i++) {
    const pixel = Math.floor(i / 2) % (N * N); // modes add up
    intensity[pixel] = (intensity[pixel] as number) + (probeGuess.data[i] as number) ** 2;
  }
  const { xcoords, ycoords } = raw;
  const illumination = illuminationOf({ probeIntensity: { shape: [N, N], data: intensity }, xcoords, ycoords, shape: object.shape });
  const rimPx = Math.round(N / 4);
  return { object, region: scoreRegion(illumination, { threshold, rimPx }), rimPx };
}

/** An object whose pixel (0, 0) lies at `origin`, on the grid of the truth; what it does not cover is zero. */
export function onGridOf(
  { shape }: Pick<ComplexImage, 'shape'>,
  { object, origin }: { readonly object: ComplexImage; readonly origin: { readonly x: number; readonly y: number } },
): ComplexImage {
  const [rows = 0, columns = 0] = shape;
  const [height = 0, width = 0] = object.shape;
  const [top, left] = [Math.round(origin.y), Math.round(origin.x)];
  const data = new Float32Array(2 * rows * columns);
  const [first, last] = [Math.max(0, -left), Math.min(width, columns - left)];
  for (let y = Math.max(0, -top); y < Math.min(height, rows - top) && last > first; y++) {
    data.set(object.data.subarray(2 * (y * width + first), 2 * (y * width + last)), 2 * ((y + top) * columns + left + first));
  }
  return { shape: [rows, columns], data };
}
