import { configDigest, loadTrainingConfig, type TrainingConfig } from '@ptychokit/config';
import { portableConfig } from '@ptychokit/trainer';
import type { TrainingJob } from './training-job.js';

/**
 * The frozen configuration of a job: what the job decides wins over its `training` fields.
 *
 * @throws ConfigError with every problem
 */
export function jobConfig(job: TrainingJob): TrainingConfig {
  const decided = {
    'model.gridsize': job.gridsize,
    ...(job.model === undefined ? {} : { 'model.modelType': job.model }),
    // The loss of a supervised network holds no forward model whose parts could be trained.
    ...(job.model === 'supervised' ? { 'model.probeTrainable': false, 'model.intensityScaleTrainable': false } : {}),
    nphotons: job.dose,
    trainDataFile: job.trainDataPath,
    testDataFile: job.testDataPath,
    outputDir: job.artifactDir,
  };
  return loadTrainingConfig({ overrides: { ...job.training, ...decided } });
}

/** Identity of a configuration wherever its files lie. */
export const jobConfigDigest = (config: TrainingConfig): string => configDigest(portableConfig(config));
