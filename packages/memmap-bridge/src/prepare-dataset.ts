import { mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DATASET_CONTRACT } from './contract.js';
import type { FrameAxis } from './dataset/frame-axis.js';
import { openNpzScan } from './dataset/open-npz.js';
import { writeDataset } from './dataset-writer.js';
import { DataFileError } from './errors.js';
import { isIntegerType } from './npy/convert.js';
import { NpzFile } from './npz/read.js';

/** How to read the source of {@link prepareDataset}. */
export interface PrepareOptions {
  /** What the frames hold; default: integers are counts, other numbers are amplitudes. */
  readonly values?: 'counts' | 'amplitude' | undefined;
  /** Axis of the frames, where the shapes do not tell. */
  readonly frameAxis?: FrameAxis | undefined;
  /** Compress the new file; default false, because stored frames can be read in place. */
  readonly deflate?: boolean | undefined;
  /** Stops the work; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a raw or old scan file conform to the data contract (DATA-001): names, types, frame axis, and amplitude instead of counts.
 * Frames pass through in pieces; the new file appears when it is complete.
 *
 * @returns what was changed, one sentence each; the metadata of the new file keeps it as `prepared`
 * @throws DatasetContractError what cannot be mended, with every violation
 * @throws FrameValueError a frame with negative, NaN or infinite pixels
 */
export async function prepareDataset(source: string, target: string, options: PrepareOptions = {}): Promise<readonly string[]> {
  const { frameAxis, deflate, signal } = options;
  const memmapDir = await folderBeside(target);
  try {
    const raw = await openNpzScan(source, { frameAxis, memmapDir, signal, counts: true });
    try {
      const isCounts = (options.values ?? (await meaningOf(source))) === 'counts';
      const changes = [...raw.conversions, ...(isCounts ? ['diffraction: counts turned into amplitudes (square root)'] : [])];
      const metadata = { ...raw.metadata, prepared: { from: basename(source), changes } };
      await writeDataset(target, raw, { metadata, deflate, signal, convert: isCounts ? squareRoots : undefined });
      return changes;
    } finally {
      await raw.close();
    }
  } finally {
    await rm(memmapDir, { recursive: true, force: true });
  }
}

/** Integers are counts; other numbers are taken for amplitudes. */
async function meaningOf(source: string): Promise<'counts' | 'amplitude'> {
  const npz = await NpzFile.open(source);
  try {
    const { key, aliases } = DATASET_CONTRACT.diffraction;
    const { dtype } = await npz.header([key, ...aliases].find((name) => npz.has(name)) ?? key);
    return isIntegerType({ type: dtype.name }) ? 'counts' : 'amplitude';
  } finally {
    await npz.close();
  }
}

/** In place: the frames are our own copy. */
function squareRoots(frames: Float32Array): Float32Array {
  for (let i = 0; i < frames.length; i++) frames[i] = Math.sqrt(frames[i] as number);
  return frames;
}

/** Compressed frames are inflated beside the new file, not into the cache: nobody will open the old file again. */
async function folderBeside(target: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(target), '.ptychokit-prepare-'));
  } catch (cause) {
    throw new DataFileError(`The file cannot be written: ${(cause as Error).message}`, {
      path: target,
      fix: 'check the folder and its permissions',
      cause,
    });
  }
}
