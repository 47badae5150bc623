import type { SolveConfig } from '@ptychokit/config';
import type { NoiseModel } from '../engines/amplitude-residual.js';

/** Settings of a run with everything decided that the configuration leaves open. */
export interface SolveSettings {
  readonly noise: NoiseModel;
  readonly batchSize: number;
  readonly smoothness: number;
  readonly objectStep: number;
  readonly probeStep: number;
  readonly alphaObject: number;
  readonly alphaProbe: number;
  readonly modes: number;
  /** Last epochs whose objects are averaged; 0 for none. */
  readonly averaged: number;
}

/** Below this many counts per pixel of a frame the square root of a count is no Gaussian any more. */
const POISSON_BELOW = 3;

/** Weight of the smoothness prior: neighbouring pixels of an object of amplitude 1 differ by about 1 / sqrt(2 weight). */
const SMOOTHNESS = 10;

/** Share of the epochs that are averaged: the mean has less noise, and less of what single batches leave behind. */
const AVERAGED_SHARE = 0.2;

/** How LSQ-ML goes on at some dose. */
interface Pace {
  /** It holds from this many counts per pixel of a frame. */
  readonly counts: number;
  readonly batchSize: number;
  readonly objectStep: number;
  readonly probeStep: number;
}

/** Many frames per update average noise. Where there is little of it, what limits the object is how far the epochs get: more and longer updates. */
const PACES = [
  { counts: 1e4, batchSize: 8, objectStep: 1.5, probeStep: 2 },
  { counts: 100, batchSize: 16, objectStep: 1, probeStep: 1 },
  { counts: 0, batchSize: 96, objectStep: 1, probeStep: 1 },
] as const satisfies readonly Pace[];
const PIE_PACE: Pace = { counts: 0, batchSize: 16, objectStep: 1, probeStep: 1 };

const paceAt = (countsPerPixel: number): Pace => PACES.find(({ counts }) => countsPerPixel >= counts) ?? PIE_PACE;

/** Decides what the configuration leaves to the data and to the engine. */
export function solveSettings(
  config: SolveConfig,
  scan: { readonly countsPerPixel: number; readonly modes: number; readonly frames: number },
): SolveSettings {
  const lsqml = config.engine === 'lsqml';
  const automatic: NoiseModel = scan.countsPerPixel < POISSON_BELOW ? 'poisson' : 'gaussian';
  const pace = lsqml ? paceAt(scan.countsPerPixel) : PIE_PACE;
  const alpha = config.engine === 'epie' ? 1 : 0.1;
  return {
    noise: config.noiseModel === 'auto' ? automatic : config.noiseModel,
    batchSize: Math.min(config.batchSize ?? pace.batchSize, scan.frames),
    smoothness: lsqml ? (config.smoothness ?? SMOOTHNESS) : 0,
    objectStep: config.objectStep ?? pace.objectStep,
    probeStep: config.probeStep ?? pace.probeStep,
    alphaObject: config.alphaObject ?? alpha,
    alphaProbe: config.alphaProbe ?? alpha,
    modes: config.probeModes ?? scan.modes,
    averaged: Math.floor((config.averagedShare ?? AVERAGED_SHARE) * config.epochs),
  };
}
