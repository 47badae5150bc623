import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import type { ComplexArray } from '@ptychokit/config';
import type { FileStamp } from '../data-file.js';
import { DataFileError, DatasetContractError } from '../errors.js';
import { toComplex64 } from '../npy/convert.js';
import type { NpyHeader } from '../npy/header.js';
import { decodeOwned } from '../npy/read.js';
import { damagedMember, locateMember } from '../npz/member-stream.js';
import type { NpzFile } from '../npz/read.js';
import type { ZipEntry } from '../npz/zip-directory.js';
import type { PlannedMember } from './plan.js';
import { complexIssues } from './value-issues.js';

/** An object of more bytes is left in the file until its values are asked for: 1024 x 1024 pixels of complex64. */
const LARGE_BYTES = 1 << 23;
/** What is read as a whole at most; larger members are refused elsewhere. */
const LARGEST_BYTES = 2 ** 30;
const PIECE_BYTES = 1 << 20;

interface Place {
  readonly path: string;
  readonly stamp: FileStamp;
  readonly entry: ZipEntry;
  /** First byte of the member, and where its header ends. */
  readonly position: number;
  readonly header: NpyHeader;
}

/**
 * The object of a scan, whose `data` are read when they are first asked for, with the file open or closed; undefined where that is not
 * worth it: a small one, or one too large for that. Asking for `data` throws what opening the scan would have thrown:
 * DatasetContractError for values that are not finite, ZipFormatError for a wrong checksum, DataFileError for a file that was changed.
 */
export async function deferredObject(npz: NpzFile, { name, header }: PlannedMember): Promise<ComplexArray | undefined> {
  const entry = npz.entry(name);
  const isComplex = header.dtype.name === 'complex64' || header.dtype.name === 'complex128';
  if (header.dataLength <= LARGE_BYTES || entry.size > LARGEST_BYTES || !isComplex) return undefined;
  const { path, stamp } = npz.file;
  const place = { path, stamp, entry, header, position: await locateMember(npz.file, entry) };
  let values: Float32Array | undefined;
  return {
    shape: header.shape,
    get data() {
      values ??= readObject(place, name);
      return values;
    },
  };
}

function readObject(place: Place, name: string): Float32Array {
  const { data } = toComplex64(decodeOwned(place.header, readMemberData(place)));
  const issues = complexIssues(name, { shape: place.header.shape, data });
  if (issues.length > 0) throw new DatasetContractError(issues, { path: place.path });
  return data;
}

/** The data bytes of a member; its checksum is verified. */
function readMemberData(place: Place): Uint8Array {
  const { path, entry, header } = place;
  const data = new Uint8Array(header.dataLength);
  let at = -header.dataOffset;
  let crc = 0;
  for (const piece of entry.method === 0 ? storedPieces(place) : [inflated(place)]) {
    crc = crc32(piece, crc);
    const wanted = piece.subarray(Math.max(0, -at), Math.max(0, data.length - at));
    if (wanted.length > 0) data.set(wanted, Math.max(0, at));
    at += piece.length;
  }
  if (at + header.dataOffset !== entry.size) throw damagedMember(path, entry, { detail: `it does not hold ${entry.size} bytes` });
  if (crc !== entry.crc32) throw damagedMember(path, entry, { detail: 'its checksum does not match' });
  return data;
}

/** The bytes of a member as they are in the file; the yielded array is reused. */
function* storedPieces({ path, stamp, entry, position }: Place): Generator<Uint8Array> {
  const file = openAgain(path, stamp);
  try {
    const buffer = new Uint8Array(Math.min(PIECE_BYTES, entry.compressedSize));
    for (let at = 0; at < entry.compressedSize; ) {
      const read = readSync(file, buffer, 0, Math.min(buffer.length, entry.compressedSize - at), position + at);
      if (read === 0) throw changed(path);
      yield buffer.subarray(0, read);
      at += read;
    }
  } finally {
    closeSync(file);
  }
}

function inflated(place: Place): Uint8Array {
  const { path, entry } = place;
  const compressed = Buffer.concat(Array.from(storedPieces(place), (piece) => piece.slice()));
  try {
    return inflateRawSync(compressed, { maxOutputLength: entry.size + 1 });
  } catch (cause) {
    throw damagedMember(path, entry, { detail: `it cannot be inflated (${(cause as Error).message})`, cause });
  }
}

function openAgain(path: string, stamp: FileStamp): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new DataFileError(`The file cannot be opened again: ${(cause as Error).message}`, { path, cause });
  }
  const now = fstatSync(file, { bigint: true });
  if (Number(now.size) === stamp.size && now.mtimeNs === stamp.mtimeNs && now.ino === stamp.inode && now.dev === stamp.device) return file;
  closeSync(file);
  throw changed(path);
}

function changed(path: string): DataFileError {
  const fix = 'start again, and leave a scan alone while it is used; write a new version to another path';
  return new DataFileError('The file was changed after it was opened, before its object was read', { path, fix });
}
