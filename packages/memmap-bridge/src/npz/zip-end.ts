import type { DataFile } from '../data-file.js';
import { ZipFormatError } from '../errors.js';

/** Where the central directory of an archive is. */
export interface DirectoryLocation {
  readonly position: number;
  readonly length: number;
  readonly count: number;
  /** Bytes in front of the archive, to be added to every position in it. */
  readonly shift: number;
}

const END_SIGNATURE = 0x0605_4b50;
const END_LENGTH = 22;
const END64_SIGNATURE = 0x0606_4b50;
const END64_LENGTH = 56;
const LOCATOR_SIGNATURE = 0x0706_4b50;
const LOCATOR_LENGTH = 20;
const LONGEST_COMMENT = 0xffff;
const ENTRY_LENGTH = 46;
/** A scan has a few dozen members; these limits are far beyond any, and keep a damaged or hostile directory from taking minutes. */
const LONGEST_DIRECTORY = 1 << 24;
const MOST_MEMBERS = 1 << 16;

/**
 * Finds the central directory from the end of the file.
 *
 * @throws ZipFormatError no end record (not an archive, or cut short), or one that contradicts the file
 */
export async function findDirectory(file: DataFile): Promise<DirectoryLocation> {
  const tailLength = Math.min(file.size, END_LENGTH + LONGEST_COMMENT + LOCATOR_LENGTH);
  const tailStart = file.size - tailLength;
  const tail = new DataView((await file.bytes(tailStart, tailLength)).buffer);
  const end = findEnd(tail);
  if (end === undefined) {
    throw new ZipFormatError('The zip archive has no directory: it is cut short or no archive', {
      where: file.path,
      fix: 'copy or download the file again',
    });
  }
  const short = {
    disk: tail.getUint16(end + 4, true),
    count: tail.getUint16(end + 10, true),
    length: tail.getUint32(end + 12, true),
    start: tail.getUint32(end + 16, true),
    recordStart: tailStart + end,
  };
  const needsZip64 = short.count === 0xffff || short.length === 0xffff_ffff || short.start === 0xffff_ffff;
  const long = needsZip64 && end >= LOCATOR_LENGTH ? await readEnd64(file, { tail, locator: end - LOCATOR_LENGTH }) : undefined;
  return checkLocation(file, long ?? short);
}

interface EndRecord {
  readonly disk: number;
  readonly count: number;
  readonly length: number;
  readonly start: number;
  /** Position of the record that ends the directory. */
  readonly recordStart: number;
}

/** The last end record whose comment reaches exactly to the end of the file. */
function findEnd(tail: DataView): number | undefined {
  for (let at = tail.byteLength - END_LENGTH; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_LENGTH + tail.getUint16(at + 20, true) === tail.byteLength) return at;
  }
  return undefined;
}

async function readEnd64(file: DataFile, at: { tail: DataView; locator: number }): Promise<EndRecord | undefined> {
  if (at.tail.getUint32(at.locator, true) !== LOCATOR_SIGNATURE) return undefined;
  const written = Number(at.tail.getBigUint64(at.locator + 8, true));
  const locatorPosition = file.size - at.tail.byteLength + at.locator;
  // Bytes in front of the archive move the record; it directly precedes its locator unless it has extensions.
  for (const recordStart of [written, locatorPosition - END64_LENGTH]) {
    if (!Number.isSafeInteger(recordStart) || recordStart < 0 || recordStart + END64_LENGTH > file.size) continue;
    const record = new DataView((await file.bytes(recordStart, END64_LENGTH)).buffer);
    if (record.getUint32(0, true) !== END64_SIGNATURE) continue;
    return {
      disk: record.getUint32(16, true),
      count: Number(record.getBigUint64(32, true)),
      length: Number(record.getBigUint64(40, true)),
      start: Number(record.getBigUint64(48, true)),
      recordStart,
    };
  }
  return undefined;
}

function checkLocation(file: DataFile, record: EndRecord): DirectoryLocation {
  const { count, length, recordStart } = record;
  const position = recordStart - length;
  const shift = position - record.start;
  const possible =
    [count, length, record.start].every(Number.isSafeInteger) && position >= 0 && shift >= 0 && count * ENTRY_LENGTH <= length;
  if (record.disk !== 0)
    throw new ZipFormatError('The zip archive is split over several files', { where: file.path, fix: 'join it into one file' });
  if (!possible || length > LONGEST_DIRECTORY || count > MOST_MEMBERS) {
    throw new ZipFormatError('The zip archive is damaged: its directory does not fit the file', {
      where: file.path,
      fix: 'copy or download the file again',
    });
  }
  return { position, length, count, shift };
}
