import { join } from 'node:path';
import type { TrainedModel } from '@ptychokit/trainer';
import type { RunServices } from '../compose.js';
import { inferenceConfigFor } from '../inference-config-for.js';
import type { Scans } from '../open-scans.js';
import { reconstructScan } from '../reconstruct-scan.js';
import { writeReconstruction } from '../write-reconstruction.js';

/** Reconstructs the test scan of a job with its model, or the training scan where there is no other, and draws it; returns the files. */
export async function drawJobPictures(
  model: TrainedModel,
  scans: Scans,
  { dir, services }: { readonly dir: string; readonly services: RunServices },
): Promise<readonly string[]> {
  const raw = scans.test ?? scans.train;
  const overrides = { modelPath: join(dir, 'wts.h5.zip'), testDataFile: raw.source, outputDir: dir };
  const inference = inferenceConfigFor(model.config, { overrides });
  const reconstruction = await reconstructScan({ model, raw, inference }, services);
  return Object.values(await writeReconstruction(dir, reconstruction, raw));
}
