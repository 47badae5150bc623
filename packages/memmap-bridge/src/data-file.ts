import { type BigIntStats, fstatSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DataFileError } from './errors.js';
import type { BatchedReads, ChangeTime, RecordGather } from './stack/batched-reads.js';

/** The kernel hands over at most 2 GiB at once; smaller pieces keep one read from holding a worker thread for seconds. */
const LARGEST_READ = 1 << 26;

const LARGEST_PIECE = 1 << 20;

/** Identity of a file at the time it was opened. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly device: bigint;
  readonly inode: bigint;
}

/** A file open for reading at any position. */
export class DataFile {
  readonly path: string;
  readonly stamp: FileStamp;
  readonly #handle: FileHandle;
  /** Changes with whatever happens to the file, also with what does not matter. */
  #changed: ChangeTime;
  /** Tells faster whether there was a change, once it is there. */
  #batch: BatchedReads | undefined;
  #closed: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, stats: BigIntStats) {
    this.path = path;
    this.#handle = handle;
    this.#changed = changeTime(stats);
    this.stamp = { size: Number(stats.size), mtimeNs: stats.mtimeNs, device: stats.dev, inode: stats.ino };
  }

  /** @throws DataFileError a path that is missing, no file, or not readable */
  static async open(path: string): Promise<DataFile> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw openError(path, cause);
    });
    try {
      const stats = await handle.stat({ bigint: true });
      if (!stats.isFile()) throw new DataFileError('This is not a file', { path, fix: 'give the path of a scan file' });
      return new DataFile(path, handle, stats);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.stamp.size;
  }

  /**
   * The same file once more, with a handle of its own.
   *
   * @throws DataFileError another file is at the path by now, or the file was changed
   */
  async reopen(): Promise<DataFile> {
    this.assertUnchanged();
    const again = await DataFile.open(this.path);
    if (again.stamp.inode === this.stamp.inode && again.stamp.device === this.stamp.device) return again;
    await again.close();
    throw this.#altered('was replaced by another one');
  }

  /**
   * Refuses a file that is not what it was when it was opened. A file that was only removed can be read on.
   *
   * @throws DataFileError the file was changed, shortened or replaced
   */
  assertUnchanged(): void {
    if (this.#closed !== undefined) return;
    if (this.#batch?.isUnchanged(this.#handle.fd, this.#changed)) return;
    const now = fstatSync(this.#handle.fd, { bigint: true });
    const changed = changeTime(now);
    if (changed.seconds === this.#changed.seconds && changed.nanoseconds === this.#changed.nanoseconds) return;
    if (Number(now.size) < this.size) throw this.#altered(`was shortened to ${now.size} of ${this.size} bytes`);
    if (Number(now.size) > this.size || now.mtimeNs !== this.stamp.mtimeNs) throw this.#altered('was written to');
    const atPath = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    const replaced = atPath !== undefined && (atPath.ino !== this.stamp.inode || atPath.dev !== this.stamp.device);
    if (replaced) throw this.#altered('was replaced by another one');
    this.#changed = changed;
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
        throw this.#unreadable(cause);
      });
      if (bytesRead === 0) throw this.#truncated(position + into.length);
      done += bytesRead;
    }
  }

  /**
   * Fills views one after the other with the bytes at `position`, in one call of the system.
   *
   * @throws DataFileError the file ends before, or cannot be read
   */
  async readInto(views: readonly Uint8Array[], position: number): Promise<void> {
    const wanted = views.reduce((sum, view) => sum + view.length, 0);
    const { bytesRead } = await this.#handle.readv(views, position).catch((cause: unknown) => {
      throw this.#unreadable(cause);
    });
    if (bytesRead < wanted) await this.#readRest(views, { position, done: bytesRead });
  }

  /**
   * Fills part of `into` with the bytes at `position` while the calling thread waits: for what the system has in memory already.
   *
   * @throws DataFileError the file ends before, or cannot be read
   */
  readSync(into: Uint8Array, from: { readonly offset: number; readonly length: number; readonly position: number }): void {
    const read = this.#readSome(into, from);
    if (read === from.length) return;
    if (read === 0) throw this.#truncated(from.position + from.length);
    this.readSync(into, { offset: from.offset + read, length: from.length - read, position: from.position + read });
  }

  /** Gathers records as far as they are in memory; see {@link BatchedReads.gather}. */
  gatherBatch(batch: BatchedReads, records: RecordGather): readonly number[] | undefined {
    this.#batch = batch;
    return batch.gather(this.#handle.fd, records);
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

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** One call of the system may give less than it was asked for. */
  async #readRest(views: readonly Uint8Array[], from: { readonly position: number; readonly done: number }): Promise<void> {
    let start = 0;
    for (const view of views) {
      const skip = Math.min(view.length, Math.max(0, from.done - start));
      if (skip < view.length) await this.read(view.subarray(skip), from.position + start + skip);
      start += view.length;
    }
  }

  #readSome(into: Uint8Array, from: { readonly offset: number; readonly length: number; readonly position: number }): number {
    try {
      return readSync(this.#handle.fd, into, from.offset, Math.min(from.length, LARGEST_READ), from.position);
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  #altered(how: string): DataFileError {
    return new DataFileError(`The file ${how} while it was open`, {
      path: this.path,
      fix: 'start again, and leave a scan alone while it is read; write a new version to another path',
    });
  }

  #unreadable(cause: unknown): DataFileError {
    return new DataFileError(`The file cannot be read: ${(cause as Error).message}`, { path: this.path, cause });
  }

  #truncated(needed: number): DataFileError {
    return new DataFileError(`The file is cut short: ${this.size} bytes where at least ${needed} are needed`, {
      path: this.path,
      fix: 'copy or download the file again',
    });
  }
}

const NANOSECONDS = 1_000_000_000n;

function changeTime({ ctimeNs }: BigIntStats): ChangeTime {
  return { seconds: Number(ctimeNs / NANOSECONDS), nanoseconds: Number(ctimeNs % NANOSECONDS) };
}

function openError(path: string, cause: unknown): DataFileError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new DataFileError('The file does not exist', { path, fix: 'check the path', cause });
  if (code === 'EACCES' || code === 'EPERM')
    return new DataFileError('The file may not be read', { path, fix: 'check its permissions', cause });
  return new DataFileError(`The file cannot be opened: ${(cause as Error).message}`, { path, cause });
}
