import { deepFreeze, type InferenceConfig, LegacyParams, type TrainingConfig } from '@ptychokit/config';
import type { GroupedData, RawData } from '@ptychokit/memmap-bridge';
import { inferObject, type StitchedObject, type TrainedModel } from '@ptychokit/trainer';
import type { RunServices } from './compose.js';
import { asInterruption } from './interruption-error.js';

/** How a model is applied to a scan. */
export interface ReconstructRequest {
  readonly model: TrainedModel;
  readonly raw: RawData;
  readonly inference: InferenceConfig;
}

/**
 * Applies a model to a scan and stitches one object. Model, scan and inference configuration decide the result, bit for bit, whether the
 * model was just trained or read from its archive.
 *
 * @throws InterruptedError aborted through the signal of the run
 */
export async function reconstructScan(
  { model, raw, inference }: ReconstructRequest,
  { signal, onEvent }: Pick<RunServices, 'signal' | 'onEvent'>,
): Promise<StitchedObject> {
  onEvent({ type: 'stage', stage: 'reconstructing' });
  try {
    return await inferObject(model, raw, {
      batchSize: inference.batchSize,
      stitchWeights: inference.stitchWeights,
      stitchSize: inference.stitchSize,
      groups: groupForInference(model.config, raw, inference),
      signal,
      onProgress: (done, total) => onEvent({ type: 'count', label: 'groups', done, total }),
    });
  } catch (error) {
    throw asInterruption(error, signal);
  }
}

/** Groups as the inference configuration asks for; the model says how many frames make a group. */
export function groupForInference(trained: TrainingConfig, raw: RawData, inference: InferenceConfig): GroupedData {
  const { nGroups, nSubsample, subsampleSeed, neighborCount, sequentialSampling, seed } = inference;
  const config: TrainingConfig = deepFreeze({ ...trained, nGroups, nSubsample, subsampleSeed, neighborCount, sequentialSampling, seed });
  const params = new LegacyParams();
  params.bridge(config);
  return raw.group(config, params);
}
