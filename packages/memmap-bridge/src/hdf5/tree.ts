import { randomUUID } from 'node:crypto';
import { mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFileError, Hdf5Error } from '../errors.js';
import type { NpyArray } from '../npy/read.js';
import { createHdf5, type Hdf5Builder } from './create.js';
import { Hdf5File } from './reader.js';
import type { Hdf5Attribute } from './values.js';

/** A dataset in memory. */
export interface Hdf5Dataset {
  readonly array: NpyArray;
  readonly attributes?: Readonly<Record<string, Hdf5Attribute>>;
}

/** A group in memory, with everything below it. */
export interface Hdf5Group {
  readonly children: Readonly<Record<string, Hdf5Group | Hdf5Dataset>>;
  readonly attributes?: Readonly<Record<string, Hdf5Attribute>>;
}

/** Links may form cycles; no sensible file is nested this deep. */
const DEEPEST = 32;

/** True for a dataset, false for a group. */
export function isHdf5Dataset(node: Hdf5Group | Hdf5Dataset): node is Hdf5Dataset {
  return 'array' in node;
}

/**
 * The bytes of an HDF5 file. Equal trees give equal bytes, at any time and whatever the order of their children.
 *
 * @throws Hdf5Error the library refuses the tree
 */
export async function hdf5Bytes(root: Hdf5Group): Promise<Uint8Array> {
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'tree.h5');
    await createHdf5(path, (builder) => addGroup(builder, { path: '/', group: root }));
    return readFile(path);
  });
}

/**
 * Writes an HDF5 file beside its final name, flushes it and renames it.
 *
 * @throws Hdf5Error the library refuses the tree
 * @throws DataFileError the file cannot be written
 */
export async function writeHdf5(path: string, root: Hdf5Group): Promise<void> {
  const bytes = await hdf5Bytes(root);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new DataFileError(`The file cannot be written: ${(cause as Error).message}`, { path, cause });
  }
}

/**
 * Reads a whole HDF5 file into memory: for weights and products, not for frame stacks (see {@link Hdf5File}).
 *
 * @param source a path, or the bytes of a file
 * @throws Hdf5Error no HDF5, a damaged file, or a dataset of a type this library does not read
 */
export async function readHdf5(source: string | Uint8Array): Promise<Hdf5Group> {
  if (typeof source === 'string') return readTree(source);
  return inTemporaryFolder(async (folder) => {
    const path = join(folder, 'tree.h5');
    await writeFile(path, source);
    return readTree(path);
  });
}

async function readTree(path: string): Promise<Hdf5Group> {
  const file = await Hdf5File.open(path);
  try {
    return readGroup(file, '/');
  } finally {
    await file.close();
  }
}

function readGroup(file: Hdf5File, path: string): Hdf5Group {
  if (path.split('/').length > DEEPEST)
    throw new Hdf5Error(`Groups are nested more than ${DEEPEST} deep; a link may lead back up`, { where: `${file.path}#${path}` });
  const children: Record<string, Hdf5Group | Hdf5Dataset> = Object.create(null);
  for (const name of file.keys(path)) {
    const child = below(path, name);
    const kind = file.kind(child);
    if (kind === 'group') children[name] = readGroup(file, child);
    else if (kind === 'dataset') children[name] = { array: file.read(child), attributes: file.attributes(child) };
  }
  return { children, attributes: file.attributes(path) };
}

function addGroup(builder: Hdf5Builder, node: { path: string; group: Hdf5Group }): void {
  const { path, group } = node;
  addAttributes(builder, node.path, group);
  for (const [name, child] of sorted(group.children)) {
    const childPath = below(path, name);
    if (isHdf5Dataset(child)) {
      builder.dataset(childPath, child.array);
      addAttributes(builder, childPath, child);
    } else {
      builder.group(childPath);
      addGroup(builder, { path: childPath, group: child });
    }
  }
}

function addAttributes(builder: Hdf5Builder, path: string, { attributes = {} }: Pick<Hdf5Group, 'attributes'>): void {
  for (const [name, value] of sorted(attributes)) builder.attribute(path, { name, value });
}

/** In the order of code units, which no locale changes. */
function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function below(path: string, name: string): string {
  if (name === '' || name === '.' || name.includes('/')) throw new RangeError(`expected a name without '/', got '${name}'`);
  return path === '/' ? `/${name}` : `${path}/${name}`;
}

/** The library reads and writes real files only. */
async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ptychokit-hdf5-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
