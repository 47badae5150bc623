import { type ExecutionConfig, LegacyParams, loadExecutionConfig, loadTrainingConfig, type TrainingConfig } from '@ptychokit/config';

/** Two short epochs in batches of 4, whole frames (a dozen have no mean worth taking off); fields may be dotted (`"model.gridsize"`). */
export const tinyConfig = (overrides: Readonly<Record<string, unknown>> = {}): TrainingConfig =>
  loadTrainingConfig({
    overrides: {
      trainDataFile: 'tiny.npz',
      batchSize: 4,
      nepochs: 2,
      seed: 1,
      validationFraction: 0.25,
      schedule: 'constant',
      'model.inputCentring': false,
      ...overrides,
    },
  });

/** Flat parameters as they have to be for a configuration. */
export function bridged(config: TrainingConfig): LegacyParams {
  const params = new LegacyParams();
  params.bridge(config);
  return params;
}

export const tinyExecution = (overrides: Readonly<Record<string, unknown>> = {}): ExecutionConfig => loadExecutionConfig({ overrides });
