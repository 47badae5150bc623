import { basename } from 'node:path';
import { deepFreeze, type TrainingConfig } from '@ptychokit/config';

/**
 * The configuration as an archive carries it: names of data files instead of paths, no output directory. Equal models then have equal
 * archives wherever they were trained, and no archive tells where somebody keeps their files.
 */
export function portableConfig(config: TrainingConfig): TrainingConfig {
  return deepFreeze({
    ...config,
    trainDataFile: basename(config.trainDataFile),
    testDataFile: config.testDataFile === null ? null : basename(config.testDataFile),
    outputDir: '.',
  });
}
