import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ScanGeometry } from '../solve/scan-geometry.js';

const GEOMETRY = [
  ['--pixel-size-m <number>', 'side of an object pixel (m); without it there is no product.h5'],
  ['--energy-ev <number>', 'photon energy for product.h5 (eV)'],
  ['--distance-m <number>', 'distance of sample and detector for product.h5 (m)'],
  ['--detector-pixel-m <number>', 'pixel of the detector, from which the object pixel follows (m)'],
] as const;

/** Flags about metres. */
export interface GeometryFlags {
  readonly pixelSizeM?: number;
  readonly energyEv?: number;
  readonly distanceM?: number;
  readonly detectorPixelM?: number;
}

/** Declares the flags about metres. */
export function addGeometryOptions(command: Command): Command {
  for (const [flag, text] of GEOMETRY) command.addOption(new Option(flag, text).argParser(positive).helpGroup('Geometry:'));
  return command;
}

/** What the flags say. */
export const geometryFrom = ({ pixelSizeM, energyEv, distanceM, detectorPixelM }: GeometryFlags): ScanGeometry => ({
  pixelSize_m: pixelSizeM,
  energy_eV: energyEv,
  distance_m: distanceM,
  detectorPixel_m: detectorPixelM,
});

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('expected a positive number.');
  return value;
}
