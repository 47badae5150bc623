import type { Issue } from '@ptychokit/config';
import { DATASET_CONTRACT } from './contract.js';
import type { MemberDescription } from './dataset/describe-members.js';
import { type Examination, type ExamineOptions, examineDataset } from './dataset/examine.js';
import { sampleFrames } from './dataset/frame-sample.js';
import { type FrameStatistics, frameStatistics } from './dataset/frame-statistics.js';
import { medianStep } from './grouping/median-step.js';
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

/**
 * Describes a scan file, good or bad.
 *
 * @param path an NPZ file
 * @throws DataFileError a file that is missing or may not be read
 * @throws ZipFormatError a file that is no archive, or a damaged one
 */
export async function inspectDataset(path: string, options: ExamineOptions = {}): Promise<DatasetInspection> {
  const npz = await NpzFile.open(path);
  try {
    const found = await examineDataset(npz, options);
    const frames = await describeFrames(npz, found);
    const { probeGuess, objectGuess, metadata } = found.arrays;
    return {
      path,
      bytes: npz.file.size,
      members: [...found.members.values()].map(({ header: _, ...member }) => member),
      frames,
      scan: describeScan(found),
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

function describeScan({ arrays }: Examination): ScanDescription | undefined {
  const { xcoords, ycoords, scanIndex } = arrays;
  if (xcoords === undefined || ycoords?.length !== xcoords.length || xcoords.length === 0) return undefined;
  const scans: Record<number, number> = {};
  for (const index of scanIndex ?? new Int32Array(xcoords.length)) scans[index] = (scans[index] ?? 0) + 1;
  const finite = xcoords.every(Number.isFinite) && ycoords.every(Number.isFinite);
  const stepPx = finite ? medianStep({ xcoords, ycoords }) : undefined;
  return { positions: xcoords.length, x: rangeOf(xcoords), y: rangeOf(ycoords), stepPx, scans };
}

function rangeOf(values: Float64Array): Range {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
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
