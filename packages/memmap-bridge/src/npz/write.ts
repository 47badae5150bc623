import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataFileError } from '../errors.js';
import { descrOf, type NpyTypeName } from '../npy/dtype.js';
import { type NpyValue, npyHeaderBytes, writeNpy } from '../npy/write.js';
import { writeFully } from '../stack/write-fully.js';
import { MemberEncoder } from './member-encoder.js';
import { centralDirectory, localHeader, type WrittenEntry } from './zip-records.js';

/** How an archive is written. */
export interface NpzWriteOptions {
  /** Compress the members; default false, because stored frames can be read in place. */
  readonly deflate?: boolean | undefined;
}

/** An array that is written piece by piece. */
export interface StreamedArray {
  readonly type: NpyTypeName;
  /** All of it; must be known before the first piece. */
  readonly shape: readonly number[];
}

type Numeric = Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array;

/** Sizes above this get 64-bit fields; deflate may add a little to what it cannot compress. */
const WIDE_FROM = 0xf000_0000;

/**
 * Writes an NPZ archive member by member, and big members piece by piece, without holding them in memory.
 *
 * Equal calls give equal bytes: the timestamps are fixed and members come in the order they are added. The archive appears
 * under its name only when {@link NpzWriter.finish} has flushed it to disk; until then, and after a failure, there is no such file.
 *
 * ```ts
 * const writer = await NpzWriter.create('scan.npz');
 * await writer.add('xcoords', xcoords);
 * await writer.begin('diffraction', { type: 'float32', shape: [n, 64, 64] });
 * for await (const frames of simulated) await writer.append(frames);
 * await writer.finish();
 * ```
 */
export class NpzWriter {
  readonly path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #deflate: boolean;
  readonly #entries: WrittenEntry[] = [];
  #position = 0;
  #open: { encoder: MemberEncoder; entry: WrittenEntry; type: NpyTypeName } | undefined;
  #state: 'writing' | 'finished' | 'aborted' = 'writing';

  private constructor(path: string, file: { temporary: string; handle: FileHandle; deflate: boolean }) {
    this.path = path;
    this.#temporary = file.temporary;
    this.#handle = file.handle;
    this.#deflate = file.deflate;
  }

  /** @throws DataFileError the folder is missing or cannot be written */
  static async create(path: string, options: NpzWriteOptions = {}): Promise<NpzWriter> {
    const temporary = `${path}.${randomUUID()}.tmp`;
    const handle = await open(temporary, 'wx').catch((cause: unknown) => {
      throw writeError(path, cause);
    });
    return new NpzWriter(path, { temporary, handle, deflate: options.deflate ?? false });
  }

  /** Adds a whole array. */
  async add(name: string, value: NpyValue): Promise<void> {
    const bytes = writeNpy(value);
    await this.#beginMember(name, { type: 'uint8', size: bytes.length });
    await this.#guard(() => this.#push(bytes));
    await this.#endMember();
  }

  /** Begins an array that {@link NpzWriter.append} fills; the next `begin`, `add` or `finish` completes it. */
  async begin(name: string, array: StreamedArray): Promise<void> {
    const header = npyHeaderBytes(descrOf(array.type), array.shape);
    const elements = array.shape.reduce((a, b) => a * b, 1);
    const itemSize = Number(/\d+$/.exec(descrOf(array.type))?.[0]);
    await this.#beginMember(name, { type: array.type, size: header.length + elements * itemSize });
    await this.#guard(() => this.#push(header));
  }

  /**
   * Appends elements in C order; complex numbers as real and imaginary parts in turn.
   *
   * @throws RangeError more elements than the shape announced
   * @throws TypeError data of another type than announced
   */
  async append(data: Numeric): Promise<void> {
    if (this.#open === undefined) throw new RangeError('expected begin() before append()');
    const { type, encoder, entry } = this.#open;
    if (!matches(type, data)) throw new TypeError(`expected ${type} data, got ${data.constructor.name}`);
    if (encoder.size + data.byteLength > entry.size)
      throw new RangeError(`expected at most ${entry.size - encoder.size} more bytes in ${entry.name}, got ${data.byteLength}`);
    await this.#guard(() => this.#push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
  }

  /**
   * Completes the archive and gives it its name.
   *
   * @throws RangeError a member that got fewer elements than announced (the archive is aborted)
   */
  async finish(): Promise<void> {
    await this.#endMember();
    this.#assertWriting();
    await this.#guard(async () => {
      await writeFully(this.#handle, { data: centralDirectory(this.#entries, this.#position), position: this.#position });
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#temporary, this.path);
      await syncFolder(dirname(this.path));
    });
    this.#state = 'finished';
  }

  /** Removes what was written; does nothing after {@link NpzWriter.finish}. */
  async abort(): Promise<void> {
    if (this.#state !== 'writing') return;
    this.#state = 'aborted';
    await this.#handle.close().catch(() => {});
    await rm(this.#temporary, { force: true });
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  async #beginMember(name: string, member: { type: NpyTypeName; size: number }): Promise<void> {
    await this.#endMember();
    this.#assertWriting();
    const file = `${name}.npy`;
    if (this.#entries.some((entry) => entry.name === file)) throw new RangeError(`expected a new name, got '${name}' twice`);
    const method = this.#deflate ? 8 : 0;
    const wide = member.size >= WIDE_FROM;
    const entry: WrittenEntry = { name: file, method, crc32: 0, compressedSize: 0, size: member.size, headerOffset: this.#position, wide };
    this.#open = { encoder: new MemberEncoder(this.#deflate), entry, type: member.type };
    await this.#guard(() => this.#write(localHeader(entry)));
  }

  async #endMember(): Promise<void> {
    if (this.#open === undefined) return;
    const { encoder, entry } = this.#open;
    this.#open = undefined;
    if (encoder.size !== entry.size) {
      await this.abort();
      throw new RangeError(`expected ${entry.size} bytes in ${entry.name}, got ${encoder.size}`);
    }
    await this.#guard(async () => {
      for (const piece of encoder.end()) await this.#write(piece);
      const complete = { ...entry, crc32: encoder.crc32, compressedSize: encoder.compressedSize };
      await writeFully(this.#handle, { data: localHeader(complete), position: entry.headerOffset });
      this.#entries.push(complete);
    });
  }

  async #push(bytes: Uint8Array): Promise<void> {
    for (const piece of this.#open?.encoder.push(bytes) ?? []) await this.#write(piece);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await writeFully(this.#handle, { data: bytes, position: this.#position });
    this.#position += bytes.length;
  }

  #assertWriting(): void {
    if (this.#state !== 'writing') throw new DataFileError(`The archive was ${this.#state} already`, { path: this.path });
  }

  async #guard(run: () => Promise<void>): Promise<void> {
    this.#assertWriting();
    try {
      await run();
    } catch (cause) {
      await this.abort();
      throw writeError(this.path, cause);
    }
  }
}

/** Writes an NPZ archive of arrays that are in memory, in the order of the record. */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyValue>>, options: NpzWriteOptions = {}): Promise<void> {
  const writer = await NpzWriter.create(path, options);
  try {
    for (const [name, value] of Object.entries(arrays)) await writer.add(name, value);
    await writer.finish();
  } finally {
    await writer.abort();
  }
}

function matches(type: NpyTypeName, data: Numeric): boolean {
  const stored = { bool: 'uint8', complex64: 'float32', complex128: 'float64' }[type as string] ?? type;
  return data.constructor.name.toLowerCase() === `${stored}array`;
}

function writeError(path: string, cause: unknown): DataFileError {
  const code = (cause as NodeJS.ErrnoException).code;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  const what = full ? 'The disk is full' : `The file cannot be written: ${(cause as Error).message}`;
  return new DataFileError(what, {
    path,
    fix: full ? 'make room, or write somewhere else' : 'check the folder and its permissions',
    cause,
  });
}

/** Makes the new name last through a power failure, where the system allows it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
