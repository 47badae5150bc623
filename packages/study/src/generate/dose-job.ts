import { configDigest } from '@ptychokit/config';
import { packageVersion } from '../package-version.js';
import { dosePaths } from '../study-layout.js';
import type { BaseScan } from './base-scan.js';

/** How the frames of a dose are made and divided. */
export interface DoseSettings {
  /** Seed of the photon noise. */
  readonly seed: number;
  /** Scan coordinate along which train and test are separated. */
  readonly splitAxis: 'x' | 'y';
  /** Share of the frames, in order of that coordinate, that train gets. */
  readonly trainFraction: number;
}

/** One dose of phase C, as plain data that another process can carry out. */
export interface DoseJob extends DoseSettings {
  /** Mean photons per frame. */
  readonly dose: number;
  readonly outputRoot: string;
  /** `dose_<d>` under it. */
  readonly artifactDir: string;
  readonly basePath: string;
  readonly frameCount: number;
  /** Digest of all that decides the files. */
  readonly requestSha256: string;
}

/** What to generate. */
export interface DoseMatrix extends DoseSettings {
  readonly doses: readonly number[];
  readonly basePath: string;
  readonly base: BaseScan;
  readonly outputRoot: string;
}

/** One job for each dose, in the order given. */
export function buildDoseJobs({ doses, basePath, base, outputRoot, ...settings }: DoseMatrix): readonly DoseJob[] {
  return doses.map((dose) => ({
    dose,
    ...settings,
    outputRoot,
    artifactDir: dosePaths(outputRoot, dose).dir,
    basePath,
    frameCount: base.x.length,
    requestSha256: configDigest({ ...settings, dose, base: base.digest.sha256, version: packageVersion() }),
  }));
}
