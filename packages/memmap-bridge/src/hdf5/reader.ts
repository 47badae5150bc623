import { DataFile } from '../data-file.js';
import { Hdf5Error } from '../errors.js';
import type { NpyArray } from '../npy/read.js';
import { type Hdf5Library, loadHdf5, type OpenHdf5, openHdf5, WHOLE_FILE, withHdf5Memory, wrapHdf5 } from './file.js';
import { arrayOf, attributeOf, type Hdf5Attribute, type Hdf5Metadata, isText, numericType } from './values.js';

type Entity = NonNullable<ReturnType<OpenHdf5['get']>>;

/** Bytes that are read without asking whether the file can hold them. */
const SURELY_FINE = 1 << 26;

/** Filters by their registered numbers. */
const FILTERS: Readonly<Record<number, string>> = {
  1: 'deflate',
  2: 'shuffle',
  3: 'fletcher32',
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  32000: 'lzf',
  32001: 'blosc',
  32004: 'lz4',
  32008: 'bitshuffle',
  32015: 'zstd',
};

/** What an HDF5 dataset is, without its values. */
export interface Hdf5DatasetInfo {
  readonly shape: readonly number[];
  /** Element type; undefined for types this library does not read. */
  readonly type: NpyArray['type'] | undefined;
  /** Bytes of one element. */
  readonly itemSize: number;
}

/** How a dataset lies in its file. */
export interface Hdf5Storage {
  /** Shape of a chunk; undefined for data in one piece. */
  readonly chunks: readonly number[] | undefined;
  /** Names of the filters its bytes went through, for example `deflate`. */
  readonly filters: readonly string[];
}

/** A block of a dataset: along every axis, where it starts and how long it is. */
export interface Hdf5Box {
  readonly start: readonly number[];
  readonly count: readonly number[];
}

/** Part of a dataset along its first axis. */
export interface Hdf5Rows {
  readonly start: number;
  readonly count: number;
}

/** An HDF5 file open for reading. Paths inside the file start with `/`. */
export class Hdf5File {
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly #library: Hdf5Library;
  readonly #file: OpenHdf5;
  readonly #close: () => void;
  #open = true;

  private constructor(path: string, opened: { library: Hdf5Library; file: OpenHdf5; close: () => void; size: number }) {
    this.path = path;
    this.size = opened.size;
    this.#library = opened.library;
    this.#file = opened.file;
    this.#close = opened.close;
  }

  /**
   * @throws DataFileError a path that is missing or cannot be read
   * @throws Hdf5Error a file that is no HDF5, or a damaged one
   */
  static async open(path: string): Promise<Hdf5File> {
    const plain = await DataFile.open(path); // says more than the library does where a file is missing
    const { size } = plain;
    await plain.close();
    const library = await loadHdf5();
    return new Hdf5File(path, { library, ...openHdf5(library, path), size });
  }

  /**
   * What is at a path; undefined where there is nothing, a link that leads nowhere, or neither a group nor a dataset.
   *
   * @throws Hdf5Error the file is damaged there
   */
  kind(path: string): 'group' | 'dataset' | undefined {
    const entity = this.#isBelowDataset(path) ? undefined : this.#find(path);
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

  /** The file and path that an external link names; undefined where there is none, or where what it names was found. */
  externalLink(path: string): { readonly file: string; readonly path: string } | undefined {
    const entity = this.#tryFind(path);
    return entity instanceof this.#library.ExternalLink ? { file: entity.filename, path: entity.obj_path } : undefined;
  }

  /** @throws Hdf5Error no dataset at this path */
  storage(path: string): Hdf5Storage {
    const { chunks } = this.#metadata(path);
    const filters = this.#wrap(path, () => this.#library.Module.get_dataset_filters(this.#file.file_id, path));
    return { chunks: chunks ?? undefined, filters: filters.map(({ id, name }) => FILTERS[id] ?? (name === '' ? `filter ${id}` : name)) };
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
    return { shape: metadata.shape ?? [], type: isText(metadata) ? 'str' : numericType(metadata), itemSize: metadata.size };
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
    if (isText(metadata)) return this.#wrap(path, () => ({ type: 'str', shape, data: this.#text(path, rows) }));
    return this.#readBox(path, metadata, { start: shape.map((_, axis) => (axis === 0 ? (rows?.start ?? 0) : 0)), count: shape });
  }

  /**
   * A block of a numeric dataset.
   *
   * @throws Hdf5Error no dataset at this path, or a type this library does not read
   * @throws RangeError a block outside the dataset
   */
  readBox(path: string, box: Hdf5Box): NpyArray {
    const metadata = this.#metadata(path);
    const shape = metadata.shape ?? [];
    const fits = shape.every((size, axis) => {
      const [start = -1, count = -1] = [box.start[axis], box.count[axis]];
      return start >= 0 && count >= 0 && start + count <= size;
    });
    if (!fits || box.start.length !== shape.length || box.count.length !== shape.length)
      throw new RangeError(`expected a block within (${shape.join(', ')}), got (${box.count.join(', ')}) at (${box.start.join(', ')})`);
    return this.#readBox(path, metadata, box);
  }

  /** Closes the file; repeated, it does nothing. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#close();
  }

  /** Closes it at the end of an `await using` block. */
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
  #readBox(path: string, metadata: Hdf5Metadata, { start, count }: Hdf5Box): NpyArray {
    const length = metadata.size * count.reduce((a, b) => a * b, 1);
    this.#assertPlausible(path, length);
    return this.#wrap(path, () => arrayOf(metadata, { shape: count, bytes: this.#bytes(path, { start, count, length }) }));
  }

  #bytes(path: string, { start, count, length }: Hdf5Box & { readonly length: number }): Uint8Array<ArrayBuffer> {
    if (length === 0) return new Uint8Array(0);
    const isScalar = count.length === 0;
    const [counts, offsets, strides] = [count.map(BigInt), start.map(BigInt), count.map(() => 1n)];
    return withHdf5Memory(this.#library, length, (pointer) => {
      const module = this.#library.Module;
      const { file_id: id } = this.#file;
      if (isScalar) module.get_dataset_data(id, path, null, null, null, BigInt(pointer));
      else module.get_dataset_data(id, path, counts, offsets, strides, BigInt(pointer));
      return new Uint8Array(module.HEAPU8.subarray(pointer, pointer + length));
    });
  }

  /** Declared sizes may lie. Deflation shrinks at most 1032 times, so a small file cannot hold very much. */
  #assertPlausible(path: string, length: number): void {
    if (length <= SURELY_FINE || length <= 1032 * this.size) return;
    throw new Hdf5Error(`The dataset claims ${length} bytes in a file of ${this.size}`, {
      where: this.#where(path),
      fix: 'copy the file again',
    });
  }

  /** The library takes a path through a dataset for damage. */
  #isBelowDataset(path: string): boolean {
    const parts = path.split('/').slice(1, -1);
    return parts.some((_, i) => this.#tryFind(`/${parts.slice(0, i + 1).join('/')}`) instanceof this.#library.Dataset);
  }

  #tryFind(path: string): Entity | null {
    try {
      return this.#find(path);
    } catch (error) {
      if (error instanceof Hdf5Error && this.#open) return null;
      throw error;
    }
  }

  #wrap<T>(path: string, use: () => T): T {
    if (!this.#open) throw new Hdf5Error('The file was closed', { where: this.path });
    return wrapHdf5({ where: this.#where(path), fix: WHOLE_FILE }, use);
  }

  #where(path: string): string {
    return `${this.path}#${path}`;
  }
}
