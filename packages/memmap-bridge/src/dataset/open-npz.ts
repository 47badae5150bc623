import { DatasetContractError } from '../errors.js';
import type { PatchSource } from '../frame-source.js';
import { NpzFile } from '../npz/read.js';
import { RawData } from '../raw-data.js';
import { stackLayout } from '../stack/layout.js';
import { StackFrameSource, StackPatchSource } from '../stack/stack-source.js';
import { type Examination, examineDataset, type FrameStack } from './examine.js';
import { type OpenStackOptions, openStack } from './open-stack.js';
import type { PlanOptions } from './plan.js';

/** Options of {@link openNpzDataset}. */
export interface OpenNpzOptions extends OpenStackOptions, Pick<PlanOptions, 'frameAxis'> {}

/**
 * Opens a scan in an NPZ archive (DATA-001). Costs the directory, the headers, the small arrays and a sample of the frames;
 * compressed frames, and frames whose axis comes last, are written to the cache first. The values of a large object are read, and
 * checked, when they are first asked for.
 *
 * @throws DatasetContractError with every violation
 * @throws ZipFormatError a file that is no archive, or a damaged one
 * @throws FrameCacheError the cache cannot be written
 */
export function openNpzDataset(path: string, options: OpenNpzOptions = {}): Promise<RawData> {
  return openNpzScan(path, { ...options, counts: false });
}

/** {@link openNpzDataset}, and with `counts` also scans whose frames are integers, as the numbers they are. */
export async function openNpzScan(path: string, options: PlanOptions & OpenNpzOptions): Promise<RawData> {
  const npz = await NpzFile.open(path);
  try {
    const found = await examineDataset(npz, { ...options, deferLarge: true });
    if (found.issues.length > 0 || found.frames === undefined) {
      throw new DatasetContractError(found.issues, { path, fix: `look at the file with: ptychokit inspect ${path}` });
    }
    return await rawDataOf(found, { ...options, frames: found.frames });
  } finally {
    await npz.close();
  }
}

async function rawDataOf(found: Examination, options: OpenNpzOptions & { frames: FrameStack }): Promise<RawData> {
  const { npz, member } = options.frames;
  const { xcoords = new Float64Array(), ycoords = new Float64Array(), probeGuess, ...rest } = found.arrays;
  if (probeGuess === undefined) throw new Error('a scan without issues has a probe');
  const stack = await openStack(options.frames, options);
  const frames = new StackFrameSource({ stack, source: npz.where(member.name) });
  let truthPatches: PatchSource | undefined;
  try {
    truthPatches = await openPatches(found, options);
    const conversions = found.plan.conversions;
    const origin = { files: [npz.path], hints: {} };
    return new RawData({ frames, xcoords, ycoords, probeGuess, ...rest, truthPatches, source: npz.path, conversions, origin });
  } catch (error) {
    await Promise.all([frames.close(), truthPatches?.close()]);
    throw error;
  }
}

async function openPatches(found: Examination, options: OpenNpzOptions & { frames: FrameStack }): Promise<PatchSource | undefined> {
  const member = found.plan.members.get('Y');
  if (member === undefined) return undefined;
  const { npz } = options.frames;
  const stack = await openStack({ npz, member, layout: stackLayout(member.header, 'first') }, options);
  return new StackPatchSource({ stack, source: npz.where(member.name) });
}
