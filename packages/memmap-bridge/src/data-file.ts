import { type FileHandle, open } from 'node:fs/promises';
import { DataFileError } from './errors.js';

/** The kernel hands over at most 2 GiB at once; smaller pieces keep one read from holding a worker thread for seconds. */
const LARGEST_READ = 1 << 26;

const LARGEST_PIECE = 1 << 20;

/** Identity of a file at the time it was opened. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeNs: bigint;
}

/** A file open for reading at any position. */
export class DataFile {
  readonly path: string;
  readonly stamp: FileStamp;
  readonly #handle: FileHandle;
  #closed: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, stamp: FileStamp) {
    this.path = path;
    this.#handle = handle;
    this.stamp = stamp;
  }

  /** @throws DataFileError a path that is missing, no file, or not readable */
  static async open(path: string): Promise<DataFile> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw openError(path, cause);
    });
    try {
      const stats = await handle.stat({ bigint: true });
      if (!stats.isFile()) throw new DataFileError('This is not a file', { path, fix: 'give the path of a scan file' });
      return new DataFile(path, handle, { size: Number(stats.size), mtimeNs: stats.mtimeNs });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.stamp.size;
  }

  /**
   * Fills `into` with the bytes at `position`.
   *
   * @throws DataFileError the file ends before, or cannot be read
   */
  async read(into: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < into.length) {
      const length = Math.min(into.length - done, LARGEST_READ);
      const { bytesRead } = await this.#handle.read(into, done, length, position + done).catch((cause: unknown) => {
        throw new DataFileError(`The file cannot be read: ${(cause as Error).message}`, { path: this.path, cause });
      });
      if (bytesRead === 0) throw this.#truncated(position + into.length);
      done += bytesRead;
    }
  }

  /** The bytes at `position`. */
  async bytes(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (position + length > this.size) throw this.#truncated(position + length);
    const result = new Uint8Array(length);
    await this.read(result, position);
    return result;
  }

  /** A range in order, piece by piece. The yielded array is reused: take what you need before asking for the next one. */
  async *pieces(
    position: number,
    range: { readonly length: number; readonly pieceLength?: number | undefined },
  ): AsyncGenerator<Uint8Array> {
    const { length } = range;
    const buffer = new Uint8Array(Math.min(length, range.pieceLength ?? LARGEST_PIECE, LARGEST_PIECE));
    for (let done = 0; done < length; done += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, length - done));
      await this.read(piece, position + done);
      yield piece;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }

  #truncated(needed: number): DataFileError {
    return new DataFileError(`The file is cut short: ${this.size} bytes where at least ${needed} are needed`, {
      path: this.path,
      fix: 'copy or download the file again',
    });
  }
}

function openError(path: string, cause: unknown): DataFileError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new DataFileError('The file does not exist', { path, fix: 'check the path', cause });
  if (code === 'EACCES' || code === 'EPERM')
    return new DataFileError('The file may not be read', { path, fix: 'check its permissions', cause });
  return new DataFileError(`The file cannot be opened: ${(cause as Error).message}`, { path, cause });
}
