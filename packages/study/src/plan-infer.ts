import { loadInferenceConfig } from '@ptychokit/config';
import { loadBundle } from '@ptychokit/trainer';
import { type RunOptions, runServices } from './compose.js';
import type { InferScanRequest } from './infer-scan.js';
import { inferenceConfigFor } from './inference-config-for.js';
import { assertWritableDir } from './output-dir.js';
import { groupForInference } from './reconstruct-scan.js';

/** What {@link inferScan} would do. */
export interface InferPlan {
  readonly model: string;
  readonly scan: string;
  readonly frames: number;
  /** Edge of a frame, pixels. */
  readonly frame_size: number;
  readonly groups: number;
  readonly frames_per_group: number;
  readonly batch_size: number;
  readonly output_dir: string;
}

/**
 * Checks configuration, model, data and output directory of an inference without creating anything or loading the engine.
 *
 * @throws PtychoError what is wrong
 */
export async function planInfer(request: InferScanRequest, options: RunOptions = {}): Promise<InferPlan> {
  const { bridgeFactory } = runServices(options);
  const { modelPath, outputDir } = loadInferenceConfig(request.config);
  await assertWritableDir(outputDir);
  const model = await loadBundle(modelPath);
  const config = inferenceConfigFor(model.config, request.config);
  await using bridge = bridgeFactory(config.testDataFile, model.config);
  const raw = await bridge.rawData();
  const grouped = groupForInference(model.config, raw, config);
  return {
    model: modelPath,
    scan: config.testDataFile,
    frames: raw.frameCount,
    frame_size: raw.frameSize,
    groups: grouped.groupCount,
    frames_per_group: grouped.channels,
    batch_size: config.batchSize,
    output_dir: outputDir,
  };
}
