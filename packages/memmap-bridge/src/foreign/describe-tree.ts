import { isPtychoError } from '@ptychokit/config';
import type { MemberDescription } from '../dataset/describe-members.js';
import { Hdf5Error } from '../errors.js';
import type { Hdf5File } from '../hdf5/reader.js';

/** More of a file is not listed. */
const MOST_MEMBERS = 200;
const DEEPEST = 12;

/** The datasets of an HDF5 file by path, and links that lead nowhere; a damaged part of the file says so. */
export function describeTree(file: Hdf5File): MemberDescription[] {
  const members: MemberDescription[] = [];
  walk(file, '/', members);
  return members;
}

function walk(file: Hdf5File, group: string, members: MemberDescription[]): void {
  if (members.length >= MOST_MEMBERS || group.split('/').length > DEEPEST) return;
  for (const name of namesIn(file, group, members)) {
    if (members.length >= MOST_MEMBERS) return;
    const path = group === '/' ? `/${name}` : `${group}/${name}`;
    const kind = kindAt(file, path);
    if (kind === 'group') walk(file, path, members);
    else if (kind === 'dataset') members.push(describe(file, path));
    else members.push(unreadable(path, kind instanceof Error ? kind.what : brokenLink(file, path)));
  }
}

function kindAt(file: Hdf5File, path: string): ReturnType<Hdf5File['kind']> | Hdf5Error {
  try {
    return file.kind(path);
  } catch (error) {
    if (error instanceof Hdf5Error) return error;
    throw error;
  }
}

function namesIn(file: Hdf5File, group: string, members: MemberDescription[]): readonly string[] {
  try {
    return file.keys(group);
  } catch (error) {
    if (!isPtychoError(error, 'HDF5')) throw error;
    members.push(unreadable(group, error.what));
    return [];
  }
}

function describe(file: Hdf5File, path: string): MemberDescription {
  try {
    const { shape, type, itemSize } = file.describe(path);
    const { filters } = file.storage(path);
    const compression = filters.length === 0 ? 'stored' : filters.map((name) => (name === 'deflate' ? 'deflated' : name)).join(', ');
    const size = itemSize * shape.reduce((a, b) => a * b, 1);
    return { name: path, size, compression, type, shape, unreadable: type === undefined ? 'a type this library does not read' : undefined };
  } catch (error) {
    if (!isPtychoError(error, 'HDF5')) throw error;
    return unreadable(path, error.what);
  }
}

function brokenLink(file: Hdf5File, path: string): string {
  const link = file.externalLink(path);
  return link === undefined ? 'neither a group nor a dataset, or a link that leads nowhere' : `a link to ${link.file}, which is not there`;
}

function unreadable(name: string, reason: string): MemberDescription {
  return { name, size: 0, compression: 'unknown', type: undefined, shape: undefined, unreadable: reason };
}
