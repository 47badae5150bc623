import { resolve } from 'node:path';
import type { NpyArray } from '../npy/read.js';
import { type Hdf5Library, loadHdf5, type OpenHdf5, withHdf5Memory, wrapHdf5 } from './file.js';
import { type Hdf5ArrayAttribute, type Hdf5Attribute, hdf5Dtype } from './values.js';

/** Adds groups, datasets and attributes to a new file. A group comes before what is in it. */
export interface Hdf5Builder {
  /** Creates a group. */
  group(path: string): void;
  /** Creates a dataset of this content. */
  dataset(path: string, array: NpyArray): void;
  /** Adds an attribute to the group or dataset at `path`. */
  attribute(path: string, attribute: { readonly name: string; readonly value: Hdf5Attribute | Hdf5ArrayAttribute }): void;
  /** Another name for what is, or will be, at `target`. */
  softLink(path: string, target: string): void;
  /** Another name for an object in another file, by a path relative to this one. */
  externalLink(path: string, target: { readonly file: string; readonly path: string }): void;
}

/**
 * Creates a file and lets `fill` add to it.
 *
 * HDF5 stores the time of creation in the header of every object, followed by a checksum, and h5wasm offers no switch for it. It asks
 * `Date.now`, so that is held at 0 while `fill` runs; nothing else can run meanwhile, because all of it is synchronous. Equal calls
 * therefore give equal bytes at any time.
 *
 * @throws Hdf5Error
 */
export async function createHdf5(path: string, fill: (builder: Hdf5Builder) => void): Promise<void> {
  const library = await loadHdf5();
  atTimeZero(() =>
    wrapHdf5({ where: path }, () => {
      const file = new library.File(resolve(path), 'w');
      try {
        fill(hdf5Builder(library, file));
      } finally {
        file.close();
      }
    }),
  );
}

/** Runs `use`, which must be synchronous, while the clock stands at 0. */
export function atTimeZero<T>(use: () => T): T {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return use();
  } finally {
    Date.now = now;
  }
}

/** What adds to an open file. */
export function hdf5Builder(library: Hdf5Library, file: OpenHdf5): Hdf5Builder {
  return {
    group: (path) => {
      library.Module.create_group(file.file_id, path, false);
    },
    dataset: (path, array) => {
      addDataset({ library, file, path }, array);
    },
    attribute: (path, { name, value }) => {
      const entity = path === '/' ? file : file.get(path);
      if (entity === null || !('create_attribute' in entity)) throw new RangeError(`expected a group or dataset at ${path}`);
      if (typeof value === 'number') entity.create_attribute(name, value, [], '<d');
      else if (typeof value === 'string') entity.create_attribute(name, value, [], 'S');
      else if (ArrayBuffer.isView(value)) entity.create_attribute(name, value);
      else if ('data' in value) entity.create_attribute(name, value.data, [...value.shape], '<d');
      else entity.create_attribute(name, [...value], [value.length], 'S');
    },
    softLink: (path, target) => {
      library.Module.create_soft_link(file.file_id, target, path);
    },
    externalLink: (path, target) => {
      library.Module.create_external_link(file.file_id, target.file, target.path, path);
    },
  };
}

/** The library's own method wants complex numbers as two columns and interleaves them element by element; bytes go in as they are. */
function addDataset(target: { library: Hdf5Library; file: OpenHdf5; path: string }, array: NpyArray): void {
  const { library, file, path } = target;
  const { type, shape, data } = array;
  const elements = shape.reduce((a, b) => a * b, 1);
  const given = type.startsWith('complex') ? data.length / 2 : data.length;
  if (given !== elements) throw new RangeError(`expected ${elements} elements for shape (${shape.join(', ')}) of ${path}, got ${given}`);
  const sizes = shape.map(BigInt);
  const metadata = {
    ...library.dtype_to_metadata(hdf5Dtype(type)),
    shape: sizes,
    maxshape: sizes,
    chunks: null,
    compression: 0,
    compression_opts: [],
    track_order: false,
  };
  if (!ArrayBuffer.isView(data)) {
    library.Module.create_vlen_str_dataset(file.file_id, path, [...data], metadata);
    return;
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  withHdf5Memory(library, bytes.length, (pointer) => {
    library.Module.HEAPU8.set(bytes, pointer);
    library.Module.create_dataset(file.file_id, path, BigInt(pointer), metadata);
  });
}
