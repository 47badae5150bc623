import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DataFileError, Hdf5Error } from '../errors.js';
import type { NpyArray } from '../npy/read.js';
import { atTimeZero, type Hdf5Builder, hdf5Builder } from './create.js';
import { type Hdf5Library, loadHdf5, type OpenHdf5, withHdf5Memory, wrapHdf5 } from './file.js';
import { hdf5Dtype } from './values.js';

/** A dataset that is written row after row. */
export interface Hdf5RowsDataset {
  readonly type: NpyArray['type'];
  /** Shape of one row: for frames, `[H, W]`. */
  readonly rowShape: readonly number[];
  /** Rows of one chunk of the file; default 1. */
  readonly chunkRows?: number | undefined;
  /** Strength of deflation, 1 to 9; default: not compressed. */
  readonly deflate?: number | undefined;
}

/** No end of an axis. */
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

/**
 * A new HDF5 file of any size, in bounded memory. It is written beside its final name and appears there when {@link Hdf5Writer.finish}
 * has flushed it; equal calls give equal bytes.
 */
export class Hdf5Writer {
  readonly path: string;
  readonly #library: Hdf5Library;
  readonly #file: OpenHdf5;
  readonly #temporary: string;
  #state: 'open' | 'closed' = 'open';

  private constructor(path: string, opened: { library: Hdf5Library; file: OpenHdf5; temporary: string }) {
    this.path = path;
    this.#library = opened.library;
    this.#file = opened.file;
    this.#temporary = opened.temporary;
  }

  /** @throws DataFileError the folder cannot be written */
  static async create(path: string): Promise<Hdf5Writer> {
    const temporary = `${resolve(path)}.${randomUUID()}.tmp`;
    await (await open(temporary, 'wx').catch((cause: unknown) => Promise.reject(writeError(path, cause)))).close();
    try {
      const library = await loadHdf5();
      const file = wrapHdf5({ where: path }, () => atTimeZero(() => new library.File(temporary, 'w')));
      return new Hdf5Writer(path, { library, file, temporary });
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Adds groups, datasets, attributes and links; `fill` must be synchronous. */
  add(fill: (builder: Hdf5Builder) => void): void {
    this.#wrap(() => fill(hdf5Builder(this.#library, this.#file)));
  }

  /** Declares a dataset without rows. */
  beginRows(path: string, dataset: Hdf5RowsDataset): void {
    const { type, rowShape, chunkRows = 1, deflate } = dataset;
    const metadata = {
      ...this.#library.dtype_to_metadata(hdf5Dtype(type)),
      shape: [0, ...rowShape].map(BigInt),
      maxshape: [UNLIMITED, ...rowShape.map(BigInt)],
      chunks: [chunkRows, ...rowShape].map(BigInt) as never, // declared as numbers, read as 64 bits
      compression: deflate === undefined ? 0 : 1,
      compression_opts: deflate === undefined ? [] : [deflate],
      track_order: false,
    };
    this.#wrap(() => this.#library.Module.create_dataset(this.#file.file_id, path, 0n, metadata));
  }

  /**
   * Appends rows to a dataset that {@link Hdf5Writer.beginRows} declared.
   *
   * @param rows of its type; first axis: rows
   */
  appendRows(path: string, rows: NpyArray): void {
    if (!ArrayBuffer.isView(rows.data)) throw new TypeError('expected numbers');
    const { Module: module } = this.#library;
    const [count = 0] = rows.shape;
    const bytes = new Uint8Array(rows.data.buffer, rows.data.byteOffset, rows.data.byteLength);
    if (bytes.length === 0) return;
    this.#wrap(() => {
      const { file_id: id } = this.#file;
      const before = module.get_dataset_metadata(id, path).shape?.[0] ?? 0;
      module.resize_dataset(id, path, [before + count, ...rows.shape.slice(1)].map(BigInt));
      const offset = rows.shape.map((_, axis) => BigInt(axis === 0 ? before : 0));
      withHdf5Memory(this.#library, bytes.length, (pointer) => {
        module.HEAPU8.set(bytes, pointer);
        const strides = rows.shape.map(() => 1n);
        module.set_dataset_data(id, path, rows.shape.map(BigInt), offset, strides, BigInt(pointer));
      });
    });
  }

  /** @throws DataFileError the file cannot be flushed or renamed; nothing is left */
  async finish(): Promise<void> {
    if (this.#state === 'closed') throw new Hdf5Error('The file was closed', { where: this.path });
    try {
      this.#close();
      const handle = await open(this.#temporary, 'r+');
      await handle.sync().finally(() => handle.close());
      await rename(this.#temporary, this.path);
    } catch (cause) {
      await rm(this.#temporary, { force: true });
      throw writeError(this.path, cause);
    }
  }

  /** Removes what was written; does nothing after {@link Hdf5Writer.finish}. */
  async abort(): Promise<void> {
    if (this.#state === 'closed') return;
    try {
      this.#close();
    } catch {} // a file that will be removed may be broken
    await rm(this.#temporary, { force: true });
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  #close(): void {
    this.#wrap(() => this.#file.close());
    this.#state = 'closed';
  }

  #wrap(use: () => unknown): void {
    if (this.#state === 'closed') throw new Hdf5Error('The file was closed', { where: this.path });
    wrapHdf5({ where: this.path }, () => atTimeZero(use));
  }
}

function writeError(path: string, cause: unknown): DataFileError {
  return new DataFileError(`The file cannot be written: ${(cause as Error).message}`, {
    path,
    fix: 'check the folder, its permissions and its free space',
    cause,
  });
}
