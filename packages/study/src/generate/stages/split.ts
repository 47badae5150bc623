import { openDataset, writeDataset } from '@ptychokit/memmap-bridge';
import type { Split } from '../../study-layout.js';
import type { StageContext } from '../generate-stages.js';
import { splitFrames } from '../split-frames.js';

/** Divides the frames in two along one scan axis; both files keep the order of the scan. */
export async function split({ job, paths, signal }: StageContext): Promise<void> {
  await using raw = await openDataset(paths.patched);
  const halves = splitFrames(job.splitAxis === 'x' ? raw.xcoords : raw.ycoords, job.trainFraction);
  const write = (name: Split, path: string): Promise<void> =>
    writeDataset(path, raw.subset(halves[name]), {
      metadata: { ...raw.metadata, split: { name, axis: job.splitAxis, train_fraction: job.trainFraction } },
      signal,
    });
  await write('train', paths.patchedTrain);
  await write('test', paths.patchedTest);
}
