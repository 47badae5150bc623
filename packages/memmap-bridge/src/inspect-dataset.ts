import { type Issue, isPtychoError } from '@ptychokit/config';
import { DATASET_CONTRACT } from './contract.js';
import { DataFile } from './data-file.js';
import type { MemberDescription } from './dataset/describe-members.js';
import { type Examination, type ExamineOptions, examineDataset } from './dataset/examine.js';
import { sampleFrames } from './dataset/frame-sample.js';
import { type FrameStatistics, frameStatistics } from './dataset/frame-statistics.js';
import { UnsupportedFormatError } from './errors.js';
import type { ScanHints } from './foreign/hints.js';
import { recogniseFile } from './importers.js';
import { describeScan } from './inspection/describe-scan.js';
import { inspectHdf5, issuesOf, NOTHING } from './inspection/inspect-hdf5.js';
import { NpzFile } from './npz/read.js';

/** Smallest and largest value. */
export type Range = readonly [minimum: number, maximum: number];

/** Where the frames were taken. */
export interface ScanDescription {
  readonly positions: number;
  /** Object pixels. */
  readonly x: Range;
  readonly y: Range;
  /** Median distance between nearest neighbours, in object pixels. */
  readonly stepPx: number | undefined;
  /** Frames of each scan, by scan index. */
  readonly scans: Readonly<Record<number, number>>;
}

/** What a scan file holds, for people and programs: plain data that can be printed as JSON. */
export interface DatasetInspection {
  readonly path: string;
  readonly bytes: number;
  /** Name of the format: `"NPZ"`, `"CXI"`, …; `"unknown"` for anything else. */
  readonly format: string;
  readonly members: readonly MemberDescription[];
  /** Undefined where the file has no readable frames. */
  readonly frames:
    | (FrameStatistics & { readonly key: string; readonly count: number; readonly size: number; readonly axis: 'first' | 'last' })
    | undefined;
  readonly scan: ScanDescription | undefined;
  /** `power`: sum of |P|^2, over all modes. */
  readonly probe: { readonly shape: readonly number[]; readonly power: number } | undefined;
  readonly object: { readonly shape: readonly number[] } | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What opening the file would rename, convert or leave out. */
  readonly conversions: readonly string[];
  /** What keeps the file from being opened. */
  readonly issues: readonly Issue[];
  /** What looks odd without being against the contract. */
  readonly hints: readonly string[];
}

/** How to look at a file: how closely, and what is known of it. */
export interface InspectOptions extends ExamineOptions, ScanHints {}

/**
 * Describes a scan file of any format, good, damaged or something else altogether.
 *
 * @throws DataFileError a file that is missing or may not be read
 */
export async function inspectDataset(path: string, options: InspectOptions = {}): Promise<DatasetInspection> {
  const file = await DataFile.open(path);
  const bytes = file.size;
  await file.close();
  const format: { name: string } = { name: 'unknown' };
  try {
    format.name = await recogniseFile(path);
    return format.name === 'HDF5' ? await inspectHdf5(path, options) : await inspectNpz(path, options);
  } catch (error) {
    if (!isPtychoError(error)) throw error;
    const named = error instanceof UnsupportedFormatError ? error.format : format.name;
    return { path, bytes, format: named, members: [], ...NOTHING, issues: issuesOf(error), hints: [] };
  }
}

async function inspectNpz(path: string, options: ExamineOptions): Promise<DatasetInspection> {
  const npz = await NpzFile.open(path);
  try {
    const found = await examineDataset(npz, options);
    const frames = await describeFrames(npz, found);
    const { probeGuess, objectGuess, metadata } = found.arrays;
    return {
      path,
      bytes: npz.file.size,
      format: 'NPZ',
      members: [...found.members.values()].map(({ header: _, ...member }) => member),
      frames,
      scan: describeScan(found.arrays),
      probe: probeGuess && { shape: probeGuess.shape, power: probeGuess.data.reduce((sum, part) => sum + part * part, 0) },
      object: objectGuess && { shape: objectGuess.shape },
      metadata,
      conversions: found.plan.conversions,
      issues: found.issues,
      hints: hintsOf(found, frames),
    };
  } finally {
    await npz.close();
  }
}

async function describeFrames(npz: NpzFile, found: Examination): Promise<DatasetInspection['frames']> {
  const { key, aliases } = DATASET_CONTRACT.diffraction;
  const name = [key, ...aliases].find((candidate) => found.members.has(candidate));
  const header = name === undefined ? undefined : found.members.get(name)?.header;
  if (name === undefined || header === undefined || !/^(u?int|float)/.test(header.dtype.name) || header.count === 0) return undefined;
  const statistics = await frameStatistics(sampleFrames({ npz, member: { name, header } }));
  const { frameAxis, frameCount, frameSize } = found.plan;
  return { key: name, count: frameCount, size: frameSize, axis: frameAxis, ...statistics };
}

function hintsOf(found: Examination, frames: DatasetInspection['frames']): string[] {
  const hints: string[] = [];
  const isFloat = found.plan.members.has('diffraction');
  if (isFloat && frames?.looksLike === 'counts')
    hints.push(
      `${frames.key}: all values looked at are whole numbers; if they are counts, take their square root: ptychokit prepare <file> <new file>`,
    );
  const unused = [...found.members.keys()].filter((name) => !(name in DATASET_CONTRACT) && name !== 'diff3d');
  if (unused.length > 0) hints.push(`not part of a scan, left alone: ${unused.join(', ')}`);
  return hints;
}
