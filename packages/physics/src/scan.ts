import type { Random } from '@ptychokit/config';

/** Scan positions in object pixels, `x` along columns. */
export interface ScanPositions {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Positions before jitter; the same arrays where there is none. */
  readonly nominalX: Float64Array;
  readonly nominalY: Float64Array;
}

/** A rectangle of scan positions, its edges included. */
export interface ScanArea {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Positions whose patches of side N lie wholly inside an object `[height, width]`, sub-pixel taps included. @throws {RangeError} when none does. */
export function scanArea(object: { readonly height: number; readonly width: number }, N: number): ScanArea {
  const { height, width } = object;
  if (Math.min(height, width) <= N)
    throw new RangeError(`expected an object larger than the patches of ${N} pixels, got ${height} x ${width}`);
  return { left: N / 2, top: N / 2, right: width - N / 2 - 1, bottom: height - N / 2 - 1 };
}

/** Options of {@link rasterScan}. */
export interface RasterOptions {
  readonly area: ScanArea;
  /** Distance of neighbours in pixels. */
  readonly step: number;
}

/** Rows of equidistant positions, centred in the area, line by line from the top left. @throws {RangeError} when the step is not positive. */
export function rasterScan({ area, step }: RasterOptions): ScanPositions {
  const columns = centredSteps(area.left, area.right, step);
  const rows = centredSteps(area.top, area.bottom, step);
  const x = new Float64Array(columns.length * rows.length);
  const y = new Float64Array(x.length);
  for (let k = 0; k < x.length; k++) {
    x[k] = columns[k % columns.length] as number;
    y[k] = rows[Math.floor(k / columns.length)] as number;
  }
  return withoutJitter(x, y);
}

/** Options of {@link jitteredRasterScan}. */
export interface JitteredRasterOptions extends RasterOptions {
  /** Largest displacement along each axis in pixels, uniform; breaks the periodicity that gives raster scans their grid artefact. */
  readonly jitter: number;
  readonly random: Random;
}

/** A raster whose points are displaced at random; all of them stay in the area. */
export function jitteredRasterScan({ area, step, jitter, random }: JitteredRasterOptions): ScanPositions {
  if (!(jitter >= 0)) throw new RangeError(`expected a jitter of at least 0, got ${jitter}`);
  const inner = { left: area.left + jitter, top: area.top + jitter, right: area.right - jitter, bottom: area.bottom - jitter };
  const { x: nominalX, y: nominalY } = rasterScan({ area: inner, step });
  const displace = (value: number): number => value + jitter * (2 * random.uniform() - 1);
  const x = new Float64Array(nominalX.length);
  const y = new Float64Array(nominalX.length);
  for (let k = 0; k < x.length; k++) {
    x[k] = displace(nominalX[k] as number);
    y[k] = displace(nominalY[k] as number);
  }
  return { x, y, nominalX, nominalY };
}

/** Angle between successive points of a Fermat spiral in radians. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * Fermat spiral from the middle of the area outwards, one point per step^2 on average, cut at its edges:
 * r = step sqrt(n / pi) at n golden angles (Huang et al., Optics Express 22, 12634 (2014)).
 */
export function fermatScan({ area, step }: RasterOptions): ScanPositions {
  assertStep(step);
  const [centreX, centreY] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
  const reach = Math.hypot(area.right - area.left, area.bottom - area.top) / 2;
  const count = Math.ceil(Math.PI * (reach / step) ** 2) + 1;
  const x: number[] = [];
  const y: number[] = [];
  for (let n = 0; n < count; n++) {
    const radius = step * Math.sqrt(n / Math.PI);
    const column = centreX + radius * Math.cos(n * GOLDEN_ANGLE);
    const row = centreY + radius * Math.sin(n * GOLDEN_ANGLE);
    if (column < area.left || column > area.right || row < area.top || row > area.bottom) continue;
    x.push(column);
    y.push(row);
  }
  return withoutJitter(Float64Array.from(x), Float64Array.from(y));
}

/** Positions given by the caller. @throws {RangeError} when x and y differ in number or are not finite. */
export function givenScan(x: ArrayLike<number>, y: ArrayLike<number>): ScanPositions {
  if (x.length !== y.length) throw new RangeError(`expected as many x as y, got ${x.length} and ${y.length}`);
  const copies = [Float64Array.from(x), Float64Array.from(y)] as const;
  const bad = copies.map((values) => values.findIndex((value) => !Number.isFinite(value))).find((index) => index >= 0);
  if (bad !== undefined) throw new RangeError(`expected finite positions, got ${x[bad]}, ${y[bad]} at ${bad}`);
  return withoutJitter(...copies);
}

function withoutJitter(x: Float64Array, y: Float64Array): ScanPositions {
  return { x, y, nominalX: x, nominalY: y };
}

function centredSteps(from: number, to: number, step: number): Float64Array {
  assertStep(step);
  const intervals = Math.floor((to - from) / step + 1e-9);
  if (intervals < 0) throw new RangeError(`expected an area to scan, got ${from} to ${to}`);
  const first = (from + to - intervals * step) / 2;
  return Float64Array.from({ length: intervals + 1 }, (_, k) => first + k * step);
}

function assertStep(step: number): void {
  if (!(step > 0)) throw new RangeError(`expected a positive step, got ${step}`);
}
