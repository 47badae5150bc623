import { type InferenceConfig, type LoadOptions, loadInferenceConfig, type TrainingConfig } from '@ptychokit/config';

/**
 * A frozen inference configuration whose grouping follows the model's training (its seed and neighbour count, on all images) unless
 * overrides or file say otherwise; so the same scan gives the object that training ended with.
 *
 * @throws ConfigError with every problem
 */
export function inferenceConfigFor(trained: TrainingConfig, given: LoadOptions): InferenceConfig {
  const { seed, neighborCount } = trained;
  return loadInferenceConfig({ ...given, overrides: { seed, neighborCount, ...definedOnly(given.overrides ?? {}) } });
}

const definedOnly = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
