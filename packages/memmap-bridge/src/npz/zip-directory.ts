import type { DataFile } from '../data-file.js';
import { ZipFormatError } from '../errors.js';
import { type DirectoryLocation, findDirectory } from './zip-end.js';

/** One member of an archive, as its central directory describes it. Its name is a key, never a path to write to. */
export interface ZipEntry {
  readonly name: string;
  /** 0: stored, 8: deflated; others are not read. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Position of the member's local header in the file. */
  readonly headerOffset: number;
}

const ENTRY_SIGNATURE = 0x0201_4b50;
const LOCAL_SIGNATURE = 0x0403_4b50;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const LIMIT_32 = 0xffff_ffff;

/**
 * Reads the central directory of a zip archive, zip64 included.
 *
 * Sizes and positions are taken from there, so members with data descriptors, in any order, are no special case. Of members of
 * the same name the last one counts, as in Python's `zipfile`.
 *
 * @throws ZipFormatError bytes that are no archive, or a directory that does not fit the file
 */
export async function readZipDirectory(file: DataFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const location = await findDirectory(file);
  const bytes = await file.bytes(location.position, location.length);
  const view = new DataView(bytes.buffer);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  for (let i = 0; i < location.count; i++) {
    if (at + ENTRY_LENGTH > bytes.length || view.getUint32(at, true) !== ENTRY_SIGNATURE)
      throw damaged(file, `entry ${i + 1} of ${location.count} is missing`);
    const end = at + ENTRY_LENGTH + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (end > bytes.length) throw damaged(file, `entry ${i + 1} is longer than the directory`);
    const entry = parseEntry(view, at, { file, location });
    entries.set(entry.name, entry);
    at = end;
  }
  return entries;
}

/**
 * Position of a member's first data byte.
 *
 * @throws ZipFormatError a local header that is not there, or data that reaches beyond the file
 */
export async function locateZipData(file: DataFile, entry: ZipEntry): Promise<number> {
  const header = await file.bytes(entry.headerOffset, LOCAL_LENGTH);
  const view = new DataView(header.buffer);
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE) throw damaged(file, `member ${entry.name} has no local header`);
  const position = entry.headerOffset + LOCAL_LENGTH + view.getUint16(26, true) + view.getUint16(28, true);
  if (position + entry.compressedSize > file.size) throw damaged(file, `member ${entry.name} reaches beyond the end of the file`);
  return position;
}

function parseEntry(view: DataView, at: number, archive: { file: DataFile; location: DirectoryLocation }): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const nameLength = view.getUint16(at + 28, true);
  const nameBytes = new Uint8Array(view.buffer, at + ENTRY_LENGTH, nameLength);
  // Without the UTF-8 flag the encoding is the writer's own; for the ASCII names of arrays all of them agree.
  const name = new TextDecoder(flags & 0x800 ? 'utf-8' : 'latin1').decode(nameBytes);
  const short = {
    size: view.getUint32(at + 24, true),
    compressedSize: view.getUint32(at + 20, true),
    headerOffset: view.getUint32(at + 42, true),
  };
  const extra = new DataView(view.buffer, at + ENTRY_LENGTH + nameLength, view.getUint16(at + 30, true));
  const long = applyZip64(short, extra);
  const headerOffset = (long?.headerOffset ?? Number.NaN) + archive.location.shift;
  const fits = long !== undefined && [long.size, long.compressedSize, headerOffset].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!fits || headerOffset + LOCAL_LENGTH > archive.file.size || long.compressedSize > archive.file.size) {
    throw damaged(archive.file, `member ${name} has impossible sizes`);
  }
  return {
    name,
    method: view.getUint16(at + 10, true),
    encrypted: (flags & 1) === 1,
    crc32: view.getUint32(at + 16, true),
    ...long,
    headerOffset,
  };
}

type Sizes = Pick<ZipEntry, 'size' | 'compressedSize' | 'headerOffset'>;

/** Takes the fields that do not fit into 32 bits from the zip64 extra field, which holds only those, in this order. */
function applyZip64(short: Sizes, extra: DataView): Sizes | undefined {
  if (short.size !== LIMIT_32 && short.compressedSize !== LIMIT_32 && short.headerOffset !== LIMIT_32) return short;
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    const end = Math.min(extra.byteLength, field + extra.getUint16(at + 2, true));
    const wide = (value: number): number => {
      if (value !== LIMIT_32) return value;
      field += 8;
      return field <= end ? Number(extra.getBigUint64(field - 8, true)) : Number.NaN;
    };
    return { size: wide(short.size), compressedSize: wide(short.compressedSize), headerOffset: wide(short.headerOffset) };
  }
  return undefined;
}

function damaged(file: DataFile, detail: string): ZipFormatError {
  return new ZipFormatError(`The zip archive is damaged: ${detail}`, { where: file.path, fix: 'copy or download the file again' });
}
