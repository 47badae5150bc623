import type { DataFile } from '../data-file.js';
import { memberBytes } from './member-stream.js';
import type { ZipEntry } from './zip-directory.js';

/** Which bytes of a member are wanted: those after the first `skip`, as many as `into` holds. */
export interface MemberPart {
  readonly skip: number;
  readonly into: Uint8Array;
}

/**
 * Reads part of a member into a buffer of the caller; size and CRC-32 of the whole member are checked.
 *
 * @throws ZipFormatError data that does not match the directory
 * @throws DataFileError a file that cannot be read
 */
export async function readMember(file: DataFile, entry: ZipEntry, part: MemberPart): Promise<void> {
  let at = -part.skip;
  for await (const piece of memberBytes(file, entry)) {
    const wanted = piece.subarray(Math.max(0, -at), Math.max(0, part.into.length - at));
    if (wanted.length > 0) part.into.set(wanted, Math.max(0, at));
    at += piece.length;
  }
}
