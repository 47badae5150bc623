import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RunOptions, runServices } from './compose.js';
import type { FitScanRequest } from './fit-scan.js';
import { openScans } from './open-scans.js';
import { assertWritableDir } from './output-dir.js';

/** What {@link fitScan} would do. */
export interface FitPlan {
  readonly scan: string;
  readonly frames: number;
  /** Edge of a frame, pixels. */
  readonly frame_size: number;
  readonly groups: number;
  readonly frames_per_group: number;
  readonly epochs: number;
  readonly batch_size: number;
  readonly output_dir: string;
  /** True when a checkpoint is there and would be gone on from. */
  readonly resumes: boolean;
}

/**
 * Checks configuration, data and output directory of a fit without creating anything or loading the engine.
 *
 * @throws PtychoError what is wrong
 */
export async function planFit({ config, execution }: FitScanRequest, options: RunOptions = {}): Promise<FitPlan> {
  const services = runServices(options);
  await assertWritableDir(config.outputDir);
  services.params.bridge(config);
  await using scans = await openScans(config, services);
  const grouped = scans.train.group(config, services.params);
  return {
    scan: config.trainDataFile,
    frames: scans.train.frameCount,
    frame_size: scans.train.frameSize,
    groups: grouped.groupCount,
    frames_per_group: grouped.channels,
    epochs: config.nepochs,
    batch_size: config.batchSize,
    output_dir: config.outputDir,
    resumes: execution.resume && execution.enableCheckpointing && existsSync(join(config.outputDir, 'checkpoints', 'last.npz')),
  };
}
