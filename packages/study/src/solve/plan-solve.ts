import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadTrainingConfig } from '@ptychokit/config';
import { type RunOptions, runServices } from '../compose.js';
import { assertWritableDir } from '../output-dir.js';
import { readMask } from './read-mask.js';
import type { SolveScanRequest } from './solve-scan.js';

/** Name of the checkpoint of a reconstruction. */
const CHECKPOINT_NAME = 'solve.npz';

/** What {@link solveScan} would do. */
export interface SolvePlan {
  readonly scan: string;
  readonly frames: number;
  /** Edge of a frame, pixels. */
  readonly frame_size: number;
  readonly engine: string;
  readonly epochs: number;
  readonly output_dir: string;
  /** True when a checkpoint is there and would be gone on from. */
  readonly resumes: boolean;
}

/**
 * Checks configuration, scan, mask and output directory of a reconstruction without creating anything or loading the engine. The frames
 * themselves are surveyed when it runs.
 *
 * @throws PtychoError what is wrong
 */
export async function planSolve({ config, execution }: SolveScanRequest, options: RunOptions = {}): Promise<SolvePlan> {
  await assertWritableDir(config.outputDir);
  const training = loadTrainingConfig({ overrides: { trainDataFile: config.scanFile } });
  await using bridge = runServices(options).bridgeFactory(config.scanFile, training);
  const raw = await bridge.rawData();
  if (config.maskFile !== null) await readMask(config.maskFile, raw.frameSize);
  return {
    scan: config.scanFile,
    frames: raw.frameCount,
    frame_size: raw.frameSize,
    engine: config.engine,
    epochs: config.epochs,
    output_dir: config.outputDir,
    resumes: execution.resume && execution.enableCheckpointing && existsSync(join(config.outputDir, 'checkpoints', CHECKPOINT_NAME)),
  };
}
