import { resolve } from 'node:path';
import { DataFile } from '../data-file.js';
import { Hdf5Error } from '../errors.js';
import type { NpyArray } from '../npy/read.js';
import { type Hdf5Library, loadHdf5, type OpenHdf5, withHdf5Memory, wrapHdf5 } from './file.js';
import { arrayOf, attributeOf, type Hdf5Attribute, type Hdf5Metadata, isText, numericType } from './values.js';

type Entity = NonNullable<ReturnType<OpenHdf5['get']>>;

/** What an HDF5 dataset is, without its values. */
export interface Hdf5DatasetInfo {
  readonly shape: readonly number[];
  /** Element type; undefined for types this library does not read. */
  readonly type: NpyArray['type'] | undefined;
}

/** Part of a dataset along its first axis. */
export interface Hdf5Rows {
  readonly start: number;
  readonly count: number;
}

/** An HDF5 file open for reading. Paths inside the file start with `/`. */
export class Hdf5File {
  readonly path: string;
  readonly #library: Hdf5Library;
  readonly #file: OpenHdf5;
  #open = true;

  private constructor(path: string, opened: { library: Hdf5Library; file: OpenHdf5 }) {
    this.path = path;
    this.#library = opened.library;
    this.#file = opened.file;
  }

  /**
   * @throws DataFileError a path that is missing or cannot be read
   * @throws Hdf5Error a file that is no HDF5, or a damaged one
   */
  static async open(path: string): Promise<Hdf5File> {
    await (await DataFile.open(path)).close(); // says more than the library does where a file is missing
    const library = await loadHdf5();
    const file = wrapHdf5(path, () => new library.File(resolve(path), 'r'));
    return new Hdf5File(path, { library, file });
  }

  /** What is at a path; undefined where there is nothing, or neither a group nor a dataset. */
  kind(path: string): 'group' | 'dataset' | undefined {
    const entity = this.#find(path);
    if (entity instanceof this.#library.Group) return 'group';
    return entity instanceof this.#library.Dataset ? 'dataset' : undefined;
  }

  /**
   * Names of a group's children, in the order of their code units.
   *
   * @throws Hdf5Error no group at this path
   */
  keys(path: string): readonly string[] {
    const entity = this.#find(path);
    if (!(entity instanceof this.#library.Group)) throw new Hdf5Error('There is no group at this path', { where: this.#where(path) });
    return this.#wrap(path, () => [...entity.keys()].sort());
  }

  /** Attributes of a group or dataset; those of types this library does not read are left out. */
  attributes(path: string): Readonly<Record<string, Hdf5Attribute>> {
    const entity = this.#find(path);
    if (entity === null || !('attrs' in entity)) return {};
    return this.#wrap(path, () => {
      const read = Object.entries(entity.attrs).map(([name, attribute]) => [name, attributeOf(attribute.value)] as const);
      return Object.fromEntries(read.filter((entry): entry is [string, Hdf5Attribute] => entry[1] !== undefined));
    });
  }

  /** @throws Hdf5Error no dataset at this path */
  describe(path: string): Hdf5DatasetInfo {
    const metadata = this.#metadata(path);
    return { shape: metadata.shape ?? [], type: isText(metadata) ? 'str' : numericType(metadata) };
  }

  /**
   * A dataset, or rows of it.
   *
   * @throws Hdf5Error no dataset at this path, or a type this library does not read
   * @throws RangeError rows outside the dataset
   */
  read(path: string, rows?: Hdf5Rows): NpyArray {
    const metadata = this.#metadata(path);
    const full = metadata.shape ?? [];
    const count = full[0] ?? 0;
    if (rows !== undefined && !(rows.start >= 0 && rows.count >= 0 && rows.start + rows.count <= count)) {
      throw new RangeError(`expected rows within 0 … ${count}, got ${rows.start} … ${rows.start + rows.count}`);
    }
    const shape = rows === undefined ? full : [rows.count, ...full.slice(1)];
    return this.#wrap(path, () => {
      if (isText(metadata)) return { type: 'str', shape, data: this.#text(path, rows) };
      return arrayOf(metadata, { shape, bytes: this.#bytes(path, { shape, start: rows?.start ?? 0, itemSize: metadata.size }) });
    });
  }

  async close(): Promise<void> {
    if (this.#open) wrapHdf5(this.path, () => this.#file.close());
    this.#open = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #find(path: string): Entity | null {
    return this.#wrap(path, () => (path === '/' ? this.#file : this.#file.get(path)));
  }

  #metadata(path: string): Hdf5Metadata {
    const entity = this.#find(path);
    if (!(entity instanceof this.#library.Dataset)) throw new Hdf5Error('There is no dataset at this path', { where: this.#where(path) });
    return this.#wrap(path, () => entity.metadata);
  }

  #text(path: string, rows: Hdf5Rows | undefined): readonly string[] {
    const dataset = this.#find(path) as InstanceType<Hdf5Library['Dataset']>;
    const value = rows === undefined ? dataset.value : dataset.slice([[rows.start, rows.start + rows.count]]);
    return (Array.isArray(value) ? value.flat() : [value]).map(String);
  }

  /** Reads into the library's memory and copies: its own accessors build a JavaScript array for every complex number. */
  #bytes(path: string, range: { shape: readonly number[]; start: number; itemSize: number }): Uint8Array<ArrayBuffer> {
    const { shape } = range;
    const length = range.itemSize * shape.reduce((a, b) => a * b, 1);
    if (length === 0) return new Uint8Array(0);
    const count = shape.length === 0 ? null : shape.map(BigInt);
    const offset = count && shape.map((_, axis) => BigInt(axis === 0 ? range.start : 0));
    const strides = count?.map(() => 1n) ?? null;
    return withHdf5Memory(this.#library, length, (pointer) => {
      const module = this.#library.Module;
      module.get_dataset_data(this.#file.file_id, path, count, offset, strides, BigInt(pointer));
      return new Uint8Array(module.HEAPU8.subarray(pointer, pointer + length));
    });
  }

  #wrap<T>(path: string, use: () => T): T {
    if (!this.#open) throw new Hdf5Error('The file was closed', { where: this.path });
    return wrapHdf5(this.#where(path), use);
  }

  #where(path: string): string {
    return `${this.path}#${path}`;
  }
}
