import type { RawData } from '@ptychokit/memmap-bridge';
import { objectPixel_m } from '@ptychokit/physics';

/** Where metres come from; every field may be missing. */
export interface ScanGeometry {
  /** Side of an object pixel. */
  readonly pixelSize_m?: number | undefined;
  readonly energy_eV?: number | undefined;
  /** From sample to detector. */
  readonly distance_m?: number | undefined;
  readonly detectorPixel_m?: number | undefined;
}

/** The geometry that was given, completed by what the file says and by what follows. */
export function geometryOf(raw: RawData, given: ScanGeometry = {}): ScanGeometry {
  const stated = (...names: readonly string[]): number | undefined =>
    names.map((name) => raw.metadata[name]).find((value): value is number => typeof value === 'number' && value > 0);
  const energy_eV = given.energy_eV ?? stated('energy_eV', 'probe_energy_eV');
  const distance_m = given.distance_m ?? stated('distance_m', 'detector_object_distance_m');
  const detectorPixel_m = given.detectorPixel_m ?? stated('detector_pixel_m', 'detector_pixel_size_m');
  const pixelSize_m = given.pixelSize_m ?? stated('pixel_size_m');
  if (pixelSize_m !== undefined || energy_eV === undefined || distance_m === undefined || detectorPixel_m === undefined) {
    return { pixelSize_m, energy_eV, distance_m, detectorPixel_m };
  }
  const N = raw.frameSize;
  return { pixelSize_m: objectPixel_m({ energy_eV, distance_m, detectorPixel_m, N }), energy_eV, distance_m, detectorPixel_m };
}
