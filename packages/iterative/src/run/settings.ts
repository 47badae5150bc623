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

/** Below this many counts per pixel of a frame noise limits the object; above it, how far the batches get. */
const NOISY_BELOW = 100;
/** Share of the epochs that are averaged: the mean has less noise, and less of what single batches leave behind. */
const AVERAGED_SHARE = { noisy: 0.2, clean: 0.3 };

/** Many frames per update average noise; where there is little of it, more updates per epoch converge further. */
const batchFor = (lsqml: boolean, countsPerPixel: number): number => (lsqml && countsPerPixel < NOISY_BELOW ? 96 : 16);

/** Decides what the configuration leaves to the data and to the engine. */
export function solveSettings(
  config: SolveConfig,
  scan: { readonly countsPerPixel: number; readonly modes: number; readonly frames: number },
): SolveSettings {
  const lsqml = config.engine === 'lsqml';
  const automatic: NoiseModel = scan.countsPerPixel < POISSON_BELOW ? 'poisson' : 'gaussian';
  const alpha = config.engine === 'epie' ? 1 : 0.1;
  return {
    noise: config.noiseModel === 'auto' ? automatic : config.noiseModel,
    batchSize: Math.min(config.batchSize ?? batchFor(lsqml, scan.countsPerPixel), scan.frames),
    smoothness: lsqml ? (config.smoothness ?? SMOOTHNESS) : 0,
    objectStep: config.objectStep ?? 1,
    probeStep: config.probeStep ?? 1,
    alphaObject: config.alphaObject ?? alpha,
    alphaProbe: config.alphaProbe ?? alpha,
    modes: config.probeModes ?? scan.modes,
    averaged: Math.floor(
      (config.averagedShare ?? (scan.countsPerPixel < NOISY_BELOW ? AVERAGED_SHARE.noisy : AVERAGED_SHARE.clean)) * config.epochs,
    ),
  };
}
