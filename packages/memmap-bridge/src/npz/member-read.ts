import { crc32 } from 'node:zlib';
import type { DataFile } from '../data-file.js';
import { assertChecksum, locateMember, memberBytes } from './member-stream.js';
import type { ZipEntry } from './zip-directory.js';

/** Which bytes of a member are wanted: those after the first `skip`, as many as `into` holds. */
export interface MemberPart {
  readonly skip: number;
  readonly into: Uint8Array;
}

/** Read at once, while the checksum of the piece before is taken. */
const PIECE_BYTES = 1 << 20;

/**
 * Reads part of a member into a buffer of the caller; size and CRC-32 of the whole member are checked.
 *
 * @throws ZipFormatError data that does not match the directory
 * @throws DataFileError a file that cannot be read
 */
export async function readMember(file: DataFile, entry: ZipEntry, part: MemberPart): Promise<void> {
  if (entry.method === 0) await readStored(file, entry, part);
  else await readInflated(file, entry, part);
}

/** Straight to where the bytes stay: every page of a buffer that is touched for the first time costs more than copying into it. */
async function readStored(file: DataFile, entry: ZipEntry, { skip, into }: MemberPart): Promise<void> {
  const position = await locateMember(file, entry);
  const tail = new Uint8Array(entry.size - skip - into.length);
  const pieces = [new Uint8Array(skip), ...piecesOf(into), tail].filter(({ length }) => length > 0);
  let crc = 0;
  let at = position;
  let reading: Promise<void> = Promise.resolve();
  for (const [index, piece] of pieces.entries()) {
    if (index === 0) reading = file.read(piece, at);
    await reading;
    at += piece.length;
    const next = pieces[index + 1];
    if (next !== undefined) reading = file.read(next, at);
    crc = crc32(piece, crc);
  }
  assertChecksum(file, entry, crc);
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let first = 0; first < bytes.length; first += PIECE_BYTES) yield bytes.subarray(first, first + PIECE_BYTES);
}

async function readInflated(file: DataFile, entry: ZipEntry, part: MemberPart): Promise<void> {
  let at = -part.skip;
  for await (const piece of memberBytes(file, entry)) {
    const wanted = piece.subarray(Math.max(0, -at), Math.max(0, part.into.length - at));
    if (wanted.length > 0) part.into.set(wanted, Math.max(0, at));
    at += piece.length;
  }
}
