import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw, type ZlibOptions } from 'node:zlib';
import type { DataFile } from '../data-file.js';
import { ZipFormatError } from '../errors.js';
import { locateZipData, type ZipEntry } from './zip-directory.js';

/** Deflate never shrinks data more than this; a larger ratio is a damaged size field. */
const LARGEST_RATIO = 1032;
const SMALLEST_READ = 4096;
/** Inflated at once; and inflated ahead of a consumer that is busy writing. */
const CHUNK_BYTES = 1 << 18;
const AHEAD_BYTES = 1 << 21;
/** The streams of zlib take the options of streams too; the types do not know it. */
const INFLATE: ZlibOptions & { readonly highWaterMark: number } = { chunkSize: CHUNK_BYTES, highWaterMark: AHEAD_BYTES };

/**
 * The bytes of a member in order, inflated; size and CRC-32 are checked on the way.
 * The yielded array may be reused: take what you need before asking for the next one.
 *
 * @throws ZipFormatError (at the end, or where the damage is) data that does not match the directory
 */
export async function* memberBytes(file: DataFile, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const position = await locateMember(file, entry);
  const pieces = entry.method === 0 ? file.pieces(position, { length: entry.compressedSize }) : inflatedPieces(file, { position, entry });
  let size = 0;
  let crc = 0;
  for await (const piece of pieces) {
    size += piece.length;
    if (size > entry.size) throw damagedMember(file.path, entry, { detail: `it holds more than the ${entry.size} bytes announced` });
    crc = crc32(piece, crc);
    yield piece;
  }
  if (size !== entry.size) throw damagedMember(file.path, entry, { detail: `it holds ${size} of ${entry.size} bytes` });
  assertChecksum(file, entry, crc);
}

/** @throws ZipFormatError the bytes that were read are not those the directory tells of */
export function assertChecksum(file: DataFile, entry: ZipEntry, crc: number): void {
  if (crc !== entry.crc32) throw damagedMember(file.path, entry, { detail: 'its checksum does not match' });
}

/** The first bytes of a member (at most `length`, inflated), unchecked: enough for a header or a sample. */
export async function memberPrefix(file: DataFile, entry: ZipEntry, options: { readonly length: number }): Promise<Uint8Array> {
  const position = await locateMember(file, entry);
  const prefix = new Uint8Array(Math.min(options.length, entry.size));
  if (entry.method === 0) {
    await file.read(prefix, position);
    return prefix;
  }
  let filled = 0;
  for await (const piece of inflatedPieces(file, { position, entry, pieceLength: Math.max(SMALLEST_READ, prefix.length) })) {
    const part = piece.subarray(0, prefix.length - filled);
    prefix.set(part, filled);
    filled += part.length;
    if (filled === prefix.length) break;
  }
  return prefix.subarray(0, filled);
}

/**
 * Position of the first byte of a member's data.
 *
 * @throws ZipFormatError a member that cannot be read: encrypted, another compression, impossible sizes
 */
export async function locateMember(file: DataFile, entry: ZipEntry): Promise<number> {
  if (entry.encrypted) throw damagedMember(file.path, entry, { detail: 'it is encrypted' });
  if (entry.method !== 0 && entry.method !== 8) {
    throw new ZipFormatError(`Member ${entry.name} uses compression method ${entry.method}; stored and deflated are read`, {
      where: file.path,
      fix: 'write it again with np.savez or np.savez_compressed',
    });
  }
  const possible =
    entry.method === 0 ? entry.size === entry.compressedSize : entry.size <= LARGEST_RATIO * entry.compressedSize + LARGEST_RATIO;
  if (!possible) throw damagedMember(file.path, entry, { detail: `${entry.compressedSize} bytes cannot hold ${entry.size}` });
  return locateZipData(file, entry);
}

async function* inflatedPieces(
  file: DataFile,
  member: { position: number; entry: ZipEntry; pieceLength?: number },
): AsyncGenerator<Uint8Array> {
  const { position, entry, pieceLength } = member;
  const source = Readable.from(copies(file.pieces(position, { length: entry.compressedSize, pieceLength })), { objectMode: false });
  const inflate = pipeline(source, createInflateRaw(INFLATE), () => {});
  try {
    yield* inflate as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (!(cause as NodeJS.ErrnoException).code?.startsWith('Z_')) throw cause;
    throw damagedMember(file.path, entry, { detail: `it cannot be inflated (${(cause as Error).message})`, cause });
  }
}

/** Streams keep what they are given, so reused buffers must not enter one. */
async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield new Uint8Array(piece);
}

/** The error of a member that cannot be read whole. */
export function damagedMember(path: string, entry: ZipEntry, { detail, cause }: { detail: string; cause?: unknown }): ZipFormatError {
  return new ZipFormatError(`Member ${entry.name} of the archive is damaged: ${detail}`, {
    where: path,
    fix: 'copy or download the file again',
    cause,
  });
}
