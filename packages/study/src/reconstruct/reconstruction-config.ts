import { configDigest, loadSolveConfig, type SolveConfig } from '@ptychokit/config';
import type { ReconstructionJob } from './reconstruction-job.js';

/**
 * The frozen configuration of a job: what the job decides wins over its `solve` fields. The object starts from ones unless they say
 * otherwise; the truth that a simulated scan carries is never used.
 *
 * @throws ConfigError with every problem
 */
export function reconstructionConfig({ scanPath, artifactDir, dose, solve }: ReconstructionJob): SolveConfig {
  return loadSolveConfig({ overrides: { nphotons: dose, ...solve, scanFile: scanPath, outputDir: artifactDir } });
}

/** Identity of a configuration wherever its files lie. */
export function reconstructionConfigDigest(config: SolveConfig): string {
  const { scanFile: _scan, outputDir: _output, ...rest } = config;
  return configDigest(rest);
}
