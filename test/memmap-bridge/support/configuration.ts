import { parseTrainingConfig, type TrainingConfig } from '@ptychokit/config';

/** A training configuration with the given fields, defaults otherwise. */
export function trainingConfig(fields: Record<string, unknown> = {}): TrainingConfig {
  return parseTrainingConfig({ trainDataFile: 'train.npz', outputDir: 'out', ...fields });
}
