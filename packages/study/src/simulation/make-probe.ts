import type { ComplexArray } from '@ptychokit/config';
import { defocusedProbe, diskProbe, gaussianProbe } from '@ptychokit/physics';
import { readGuess } from './read-guess.js';
import { type CompleteSimulationRequest, PROBE_KINDS } from './simulation-request.js';

const DEFAULT_N = 64;

/** The probe `[N, N]` or `[modes, N, N]` of a simulation: made, or read from a scan file. @throws UsageError neither a kind nor a file */
export async function makeProbe({ probe: kind, defocus, N = DEFAULT_N }: CompleteSimulationRequest): Promise<ComplexArray> {
  switch (kind) {
    case 'disk':
      return diskProbe({ N });
    case 'gaussian':
      return gaussianProbe({ N });
    case 'defocused':
      return defocusedProbe({ N, defocus_rad: defocus });
    default:
      return readGuess(kind, 'probeGuess', PROBE_KINDS);
  }
}
