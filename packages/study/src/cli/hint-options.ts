import type { BridgeFactory, OpenScanOptions } from '@ptychokit/memmap-bridge';
import { type Command, InvalidArgumentError, Option } from 'commander';

/** Values of the flags that {@link addHintOptions} declares. */
export interface HintFlags {
  readonly energyEv?: number;
  readonly distanceM?: number;
  readonly detectorPixelM?: number;
  readonly objectPixelM?: number;
  readonly crop?: number;
  readonly beamCentre?: { readonly row: number; readonly column: number };
  readonly positionSign?: 1 | -1;
  readonly probeFile?: string;
  readonly diffraction?: string;
  readonly frameAxis?: 'first' | 'last';
}

const GROUP = 'What the scan file may not say:';

/** Declares the flags for what a scan file may not say. */
export function addHintOptions(command: Command): Command {
  const option = (flag: string, text: string): Option => new Option(flag, text).helpGroup(GROUP);
  const number = (flag: string, text: string): Option => option(`${flag} <number>`, text).argParser(asNumber);
  const all = [
    number('--energy-ev', 'photon or electron energy as the format counts it (eV)'),
    number('--distance-m', 'from sample to detector (m)'),
    number('--detector-pixel-m', 'side of a detector pixel (m)'),
    number('--object-pixel-m', 'side of an object pixel at the full size of the frames, in place of the three above (m)'),
    option('--crop <integer>', 'keeps the middle N x N pixels of the detector; even').argParser(asEven),
    option('--beam-centre <row,column>', 'detector pixel the beam hits, from 0 (default the middle)').argParser(asPixel),
    option('--position-sign <1|-1>', '-1 turns both axes of the positions; the other choice gives the twin (default 1)').argParser(asSign),
    option('--probe-file <path>', 'file to take the probe from: a scan, a reconstruction, a product'),
    option('--diffraction <path>', 'file with the frames of a ptychodus product'),
    option('--frame-axis <first|last>', 'axis of the frames in an NPZ file, where shapes do not tell').choices(['first', 'last']),
  ];
  for (const each of all) command.addOption(each);
  return command;
}

/** What was given, as options for opening scans; undefined where nothing was. */
export async function hintsFrom(flags: HintFlags): Promise<OpenScanOptions | undefined> {
  const { probeFile, energyEv, distanceM, detectorPixelM, objectPixelM, beamCentre, crop, positionSign, diffraction, frameAxis } = flags;
  const given = {
    energy_eV: energyEv,
    distance_m: distanceM,
    detectorPixel_m: detectorPixelM,
    objectPixel_m: objectPixelM,
    beamCentre_px: beamCentre,
    crop,
    positionSign,
    diffraction,
    frameAxis,
  };
  const { readProbeFile } = await import('@ptychokit/memmap-bridge');
  const probe = probeFile === undefined ? undefined : await readProbeFile(probeFile);
  const hints = Object.fromEntries(Object.entries({ ...given, probe }).filter(([, value]) => value !== undefined));
  return Object.keys(hints).length === 0 ? undefined : hints;
}

/** The services of a run that opens its scans with these hints. */
export async function servicesFor(flags: HintFlags): Promise<{ readonly bridgeFactory?: BridgeFactory }> {
  const hints = await hintsFrom(flags);
  if (hints === undefined) return {};
  const { createMemmapBridgeFactory } = await import('@ptychokit/memmap-bridge');
  return { bridgeFactory: createMemmapBridgeFactory(hints) };
}

function asNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('expected a positive number.');
  return value;
}

function asEven(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0 && value % 2 === 0)) throw new InvalidArgumentError('expected a positive even number.');
  return value;
}

function asPixel(text: string): { row: number; column: number } {
  const [row, column, ...rest] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (row === undefined || column === undefined || rest.length > 0 || !(row >= 0 && column >= 0))
    throw new InvalidArgumentError('expected two numbers: row,column.');
  return { row, column };
}

function asSign(text: string): 1 | -1 {
  if (text !== '1' && text !== '-1') throw new InvalidArgumentError('expected 1 or -1.');
  return text === '1' ? 1 : -1;
}
