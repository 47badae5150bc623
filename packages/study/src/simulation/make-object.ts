import { type ComplexArray, Random } from '@ptychokit/config';
import {
  lettersMap,
  linesMap,
  objectFromMaps,
  phaseFromAmplitude,
  type RealMap,
  randomFieldMap,
  siemensMap,
  stretchMap,
} from '@ptychokit/physics';
import { UsageError } from '../errors.js';
import { readGuess } from './read-guess.js';
import { type CompleteSimulationRequest, OBJECT_KINDS } from './simulation-request.js';

type MadeObject = (typeof OBJECT_KINDS)[number];

/**
 * The object `[H, W]` of a simulation: made, square, from its seed, or read from a scan file.
 *
 * @throws UsageError neither a kind nor a file
 */
export async function makeObject(request: CompleteSimulationRequest, size: number): Promise<ComplexArray> {
  const { object: kind, seed, spokes } = request;
  if (!(OBJECT_KINDS as readonly string[]).includes(kind)) return readGuess(kind, 'objectGuess', OBJECT_KINDS);
  const map = MAPS[kind as MadeObject](size, { random: new Random(seed, 'simulate', 'object'), spokes });
  return kind === 'lines' ? linesObject(map, request) : contrastObject(map, request);
}

interface MapOptions {
  readonly random: Random;
  readonly spokes: number;
}

const MAPS: Readonly<Record<MadeObject, (size: number, options: MapOptions) => RealMap>> = {
  siemens: (size, { spokes }) => siemensMap({ height: size, width: size, spokes }),
  lines: (size, { random }) => linesMap({ height: size, width: size, random }),
  grf: (size, { random }) => randomFieldMap({ height: size, width: size, random }),
  letters: (size, { random }) => lettersMap({ height: size, width: size, random }),
};

/** Matter of thickness 0 to 1: where there is more of it, less comes through and the phase is shifted more. */
function contrastObject(map: RealMap, { contrast, phase }: CompleteSimulationRequest): ComplexArray {
  return objectFromMaps({
    amplitude: stretchMap(map, { low: 1, high: 1 - contrast }),
    phase: stretchMap(map, { low: 0, high: phase }),
  });
}

/** The amplitude of the lines as they are, divided by their mean; the phase follows it between -phase and +phase. */
function linesObject(map: RealMap, { phase }: CompleteSimulationRequest): ComplexArray {
  const mean = map.data.reduce((a, b) => a + b, 0) / map.data.length;
  if (!(mean > 0)) throw new UsageError('The object is empty', { fix: 'choose a larger object or another seed' });
  const amplitude = { ...map, data: map.data.map((value) => value / mean) };
  const turned = phaseFromAmplitude(map);
  return objectFromMaps({ amplitude, phase: { ...turned, data: turned.data.map((value) => (value * phase) / Math.PI) } });
}
