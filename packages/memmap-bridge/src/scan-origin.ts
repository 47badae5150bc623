import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ComplexArray } from '@ptychokit/config';
import type { OpenScanOptions } from './open-scan.js';

/** Where a scan is from. */
export interface ScanOrigin {
  /** Every file it was read from, the one that was named first; none for arrays in memory. */
  readonly files: readonly string[];
  /** What the caller said of it, ready for JSON: names with units, a given probe by its shape and digest, another file by its name. */
  readonly hints: Readonly<Record<string, unknown>>;
}

/** The hints among the options, as {@link ScanOrigin} keeps them. */
export function hintsOf(options: OpenScanOptions): ScanOrigin['hints'] {
  const { energy_eV, distance_m, crop, probe, diffraction } = options;
  const given = {
    energy_eV,
    distance_m,
    detector_pixel_m: options.detectorPixel_m,
    object_pixel_m: options.objectPixel_m,
    crop,
    beam_centre_px: options.beamCentre_px,
    position_sign: options.positionSign,
    frame_axis: options.frameAxis,
    probe: probe && { shape: probe.shape, sha256: digestOf(probe) },
    diffraction: diffraction && basename(diffraction),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function digestOf({ data }: ComplexArray): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}
