import { ConfigError, type Issue } from '@ptychokit/config';

/** Objects that are made rather than read. */
export const OBJECT_KINDS = ['siemens', 'lines', 'grf', 'letters'] as const;
/** Probes that are made rather than read. */
export const PROBE_KINDS = ['defocused', 'disk', 'gaussian'] as const;
/** Arrangements of positions that are made rather than read. */
export const SCAN_KINDS = ['jittered', 'raster', 'fermat'] as const;

/** What to simulate; every field may be left out. */
export interface SimulationRequest {
  /** A kind, or a scan file whose `objectGuess` is taken. */
  readonly object?: string | undefined;
  /** A kind, or a scan file whose `probeGuess` is taken. */
  readonly probe?: string | undefined;
  /** A kind, or a scan file whose positions are taken. */
  readonly scan?: string | undefined;
  /** Mean photons per frame; `Infinity` for no noise. */
  readonly nphotons?: number | undefined;
  /** Edge of a frame, pixels; follows the probe when that comes from a file. */
  readonly N?: number | undefined;
  /** Number of frames; without it, as many as fit the object. */
  readonly frames?: number | undefined;
  /** Distance of neighbouring positions, pixels; `N / 10` by default. */
  readonly step?: number | undefined;
  /** Edge of the square object, pixels; `3 N` by default, or what the frames need. */
  readonly objectSize?: number | undefined;
  /** Dark and bright pairs around a Siemens star. */
  readonly spokes?: number | undefined;
  /** Quadratic phase at the rim of the pupil of a defocused probe, radians; more makes the probe larger. */
  readonly defocus?: number | undefined;
  /** Largest phase of the object, radians. */
  readonly phase?: number | undefined;
  /** How much darker the darkest part is than the brightest, 0 to 1; lines have a contrast of their own. */
  readonly contrast?: number | undefined;
  readonly seed?: number | undefined;
}

/** A request with every default filled in that does not depend on files. */
export type CompleteSimulationRequest = SimulationRequest & {
  readonly [K in 'object' | 'probe' | 'scan' | 'nphotons' | 'spokes' | 'defocus' | 'phase' | 'contrast' | 'seed']: NonNullable<
    SimulationRequest[K]
  >;
};

/**
 * Fills in defaults and checks every number.
 *
 * @throws ConfigError with every problem
 */
export function completeSimulation(request: SimulationRequest): CompleteSimulationRequest {
  const complete = {
    ...request,
    object: request.object ?? 'siemens',
    probe: request.probe ?? 'defocused',
    scan: request.scan ?? 'jittered',
    nphotons: request.nphotons ?? 1e4,
    spokes: request.spokes ?? 24,
    // A probe of about N / 3, well within the half of a frame that diffraction can resolve.
    defocus: request.defocus ?? 8,
    phase: request.phase ?? 1,
    contrast: request.contrast ?? 0.3,
    seed: request.seed ?? 0,
  };
  const issues = RULES.flatMap(({ key, holds, expected }) => {
    const value = complete[key];
    if (value === undefined || (typeof value === 'number' && holds(value))) return [];
    return [{ key, expected, got: String(value), fix: 'correct it, or leave it out' } satisfies Issue];
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return complete;
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;

const RULES: readonly {
  readonly key: 'nphotons' | 'N' | 'frames' | 'step' | 'objectSize' | 'spokes' | 'defocus' | 'phase' | 'contrast' | 'seed';
  readonly holds: (value: number) => boolean;
  readonly expected: string;
}[] = [
  { key: 'nphotons', holds: (value) => value > 0, expected: 'photons per frame above 0, or Infinity for no noise' },
  { key: 'N', holds: (value) => [64, 128, 256].includes(value), expected: 'one of 64, 128, 256' },
  { key: 'frames', holds: isCount, expected: 'integer of at least 1' },
  { key: 'step', holds: (value) => value > 0 && Number.isFinite(value), expected: 'number of pixels above 0' },
  { key: 'objectSize', holds: isCount, expected: 'integer of at least 1' },
  { key: 'spokes', holds: isCount, expected: 'integer of at least 1' },
  { key: 'defocus', holds: (value) => value >= 0 && Number.isFinite(value), expected: 'angle of at least 0 radians' },
  { key: 'phase', holds: Number.isFinite, expected: 'angle in radians' },
  { key: 'contrast', holds: (value) => value >= 0 && value <= 1, expected: 'number from 0 to 1' },
  { key: 'seed', holds: Number.isSafeInteger, expected: 'integer' },
];
