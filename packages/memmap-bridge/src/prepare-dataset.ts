import { mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DATASET_CONTRACT } from './contract.js';
import type { FrameAxis } from './dataset/frame-axis.js';
import { openNpzScan } from './dataset/open-npz.js';
import { writeDataset } from './dataset-writer.js';
import { binDetector } from './detector/bin.js';
import { squareRoots } from './detector/square-roots.js';
import { DataFileError } from './errors.js';
import type { ScanHints } from './foreign/hints.js';
import { openForeignScan } from './foreign/open-foreign.js';
import { recogniseFile } from './importers.js';
import { isIntegerType } from './npy/convert.js';
import { NpzFile } from './npz/read.js';
import { withHints } from './open-scan.js';
import { RawData } from './raw-data.js';

/** How to read the source of {@link prepareDataset}, and what to keep of it. */
export interface PrepareOptions extends ScanHints {
  /** What the frames of an NPZ file hold; default: integers are counts, other numbers are amplitudes. */
  readonly values?: 'counts' | 'amplitude' | undefined;
  /** Axis of the frames, where the shapes do not tell. */
  readonly frameAxis?: FrameAxis | undefined;
  /** Makes one detector pixel of this many by this many, after any crop; default 1. */
  readonly bin?: number | undefined;
  /** Compress the new file; default false, because stored frames can be read in place. */
  readonly deflate?: boolean | undefined;
  /** Opens and checks the source and says what would be changed, leaves no file; default false. */
  readonly dryRun?: boolean | undefined;
  /** Stops the work; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a raw, old or foreign scan file conform to the data contract (DATA-001): names, types, frame axis, amplitude instead of counts,
 * positions in object pixels; and keeps a part of the detector, or coarser pixels, where that is asked for. Frames pass through in pieces;
 * the new file appears when it is complete.
 *
 * @param source a file of any format that is opened as a scan, and NPZ files of counts
 * @returns what was changed, or would be, one sentence each; the metadata of the new file keeps it as `prepared`
 * @throws DatasetContractError what cannot be mended, with every violation
 * @throws FrameValueError a frame with negative, NaN or infinite pixels
 * @throws FrameSizeError a crop or bins that the frames do not allow
 */
export async function prepareDataset(source: string, target: string, options: PrepareOptions = {}): Promise<readonly string[]> {
  const { deflate, signal, bin = 1, dryRun = false } = options;
  const memmapDir = await folderBeside(target);
  try {
    const opened = await openSource(source, { ...options, memmapDir });
    try {
      const raw = binDetector(opened, bin);
      const metadata = { ...raw.metadata, prepared: { from: basename(source), changes: raw.conversions } };
      if (!dryRun) await writeDataset(target, raw, { metadata, deflate, signal });
      return raw.conversions;
    } finally {
      await opened.close();
    }
  } finally {
    await rm(memmapDir, { recursive: true, force: true });
  }
}

async function openSource(source: string, options: PrepareOptions & { readonly memmapDir: string }): Promise<RawData> {
  if ((await recogniseFile(source)) === 'HDF5') return openForeignScan(source, options);
  const counts = await openNpzScan(source, { ...options, counts: true });
  try {
    const isCounts = (options.values ?? (await meaningOf(source))) === 'counts';
    if (!isCounts) return withHints(counts, options);
    const conversions = [...counts.conversions, 'diffraction: counts turned into amplitudes (square root)'];
    return withHints(new RawData({ ...counts, frames: squareRoots(counts.frames), conversions }), options);
  } catch (error) {
    await counts.close();
    throw error;
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
