import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
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
 * worth it (a small one) or takes long (a deflated one). Asking for `data` throws what opening the scan would have thrown:
 * DatasetContractError for values that are not finite, ZipFormatError for a wrong checksum, DataFileError for a file that was changed.
 */
export async function deferredObject(npz: NpzFile, { name, header }: PlannedMember): Promise<ComplexArray | undefined> {
  const entry = npz.entry(name);
  const isComplex = header.dtype.name === 'complex64' || header.dtype.name === 'complex128';
  if (entry.method !== 0 || header.dataLength <= LARGE_BYTES || !isComplex) return undefined;
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

/** The data bytes of a stored member; its checksum is verified. */
function readMemberData({ path, stamp, entry, position, header }: Place): Uint8Array {
  const file = openAgain(path, stamp);
  try {
    const data = new Uint8Array(header.dataLength);
    const buffer = new Uint8Array(PIECE_BYTES);
    let crc = 0;
    for (let at = 0; at < entry.size; ) {
      const read = readSync(file, buffer, 0, Math.min(PIECE_BYTES, entry.size - at), position + at);
      if (read === 0) throw changed(path);
      const piece = buffer.subarray(0, read);
      crc = crc32(piece, crc);
      const start = at - header.dataOffset;
      const wanted = piece.subarray(Math.max(0, -start), Math.max(0, data.length - start));
      if (wanted.length > 0) data.set(wanted, Math.max(0, start));
      at += read;
    }
    if (crc !== entry.crc32) throw damagedMember(path, entry, { detail: 'its checksum does not match' });
    return data;
  } finally {
    closeSync(file);
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
