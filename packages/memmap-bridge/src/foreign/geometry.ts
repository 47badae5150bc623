import { MissingHintsError } from '../errors.js';
import { HINT_FLAGS, type ScanHints } from './hints.js';

/** Planck's constant, the speed of light and the elementary charge (exact in the SI of 2019). */
const PLANCK_J_S = 6.62607015e-34;
const LIGHT_M_S = 299792458;
const CHARGE_C = 1.602176634e-19;

/** What a file says about where its frames were taken; numbers that are absent or not positive are undefined. */
export interface FileGeometry {
  readonly energy_eV?: number | undefined;
  readonly distance_m?: number | undefined;
  /** Detector pixel. */
  readonly pixelWidth_m?: number | undefined;
  readonly pixelHeight_m?: number | undefined;
  /** Object pixel at the full size of the frames, where the file names it. */
  readonly objectPixel?: PixelSize | undefined;
}

/** Sides of a pixel in metres. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Geometry of a scan, complete. */
export interface ScanGeometry {
  readonly energy_eV: number | undefined;
  readonly distance_m: number | undefined;
  readonly detectorPixel: PixelSize | undefined;
  readonly objectPixel: PixelSize;
}

/** Photon energy of a wavelength. */
export function energyOfWavelength_eV(wavelength_m: number): number {
  return (PLANCK_J_S * LIGHT_M_S) / (CHARGE_C * wavelength_m);
}

/** Energy in electronvolts. */
export const joulesToElectronvolts = (energy_J: number): number => energy_J / CHARGE_C;

/** A number that can be a length or an energy; undefined otherwise. */
export const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 && Number.isFinite(value) ? value : undefined;

/**
 * Object pixel of a scan, `wavelength * distance / (N * detector pixel)`, for the part of the detector that is kept.
 *
 * @throws MissingHintsError what neither the file nor the caller says
 * @throws RangeError a hint that is not positive
 */
export function scanGeometry(
  file: FileGeometry,
  scan: {
    readonly hints: ScanHints;
    readonly full: readonly [height: number, width: number];
    readonly size: number;
    readonly where: string;
  },
): ScanGeometry {
  const { hints, size } = scan;
  for (const name of ['energy_eV', 'distance_m', 'detectorPixel_m', 'objectPixel_m'] as const) {
    if (hints[name] !== undefined && positive(hints[name]) === undefined)
      throw new RangeError(`expected ${name} to be positive, got ${hints[name]}`);
  }
  const energy_eV = hints.energy_eV ?? positive(file.energy_eV);
  const distance_m = hints.distance_m ?? positive(file.distance_m);
  const width = hints.detectorPixel_m ?? positive(file.pixelWidth_m) ?? positive(file.pixelHeight_m);
  const height = hints.detectorPixel_m ?? positive(file.pixelHeight_m) ?? positive(file.pixelWidth_m);
  const detectorPixel = width === undefined || height === undefined ? undefined : { width, height };
  const known = { energy_eV, distance_m, detectorPixel };
  const isComplete = energy_eV !== undefined && distance_m !== undefined && detectorPixel !== undefined;
  const isGiven = hints.energy_eV !== undefined || hints.distance_m !== undefined || hints.detectorPixel_m !== undefined;
  const named = hints.objectPixel_m === undefined ? file.objectPixel : { width: hints.objectPixel_m, height: hints.objectPixel_m };
  if (named !== undefined && (hints.objectPixel_m !== undefined || !(isGiven && isComplete))) {
    const [fullHeight, fullWidth] = scan.full;
    return { ...known, objectPixel: { width: (named.width * fullWidth) / size, height: (named.height * fullHeight) / size } };
  }
  if (!isComplete) throw missing({ energy_eV, distance_m, detectorPixel_m: detectorPixel?.width }, scan.where);
  const reach = (energyOfWavelength_eV(energy_eV) * distance_m) / size; // energy and wavelength turn into each other by one constant
  return { ...known, objectPixel: { width: reach / detectorPixel.width, height: reach / detectorPixel.height } };
}

function missing(known: Readonly<Record<string, number | undefined>>, where: string): MissingHintsError {
  const names = Object.keys(known).filter((name) => known[name] === undefined);
  const flags = names.map((name) => `${HINT_FLAGS[name]} <number>`).join(' ');
  return new MissingHintsError(`Positions are in metres, and the file does not say ${names.join(', ')}`, {
    missing: names,
    where,
    fix: `give it: ${flags}, or --object-pixel-m <number>`,
  });
}
