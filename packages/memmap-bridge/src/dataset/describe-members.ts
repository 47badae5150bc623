import { isPtychoError } from '@ptychokit/config';
import type { NpyTypeName } from '../npy/dtype.js';
import type { NpyHeader } from '../npy/header.js';
import type { NpzFile } from '../npz/read.js';

/** One member of an archive, as its directory entry and its header describe it. */
export interface MemberDescription {
  readonly name: string;
  /** Bytes of the array. */
  readonly size: number;
  /** `stored`, `deflated`, or the names of other filters. */
  readonly compression: string;
  readonly type: NpyTypeName | undefined;
  readonly shape: readonly number[] | undefined;
  /** Why the member cannot be read, if so. */
  readonly unreadable: string | undefined;
}

/** A member with its parsed header; `header` is undefined where the member cannot be read. */
export interface DescribedMember extends MemberDescription {
  readonly header: NpyHeader | undefined;
}

const COMPRESSIONS: Readonly<Record<number, MemberDescription['compression']>> = { 0: 'stored', 8: 'deflated' };

/** Describes every member of an archive from the directory and the headers alone; members that cannot be read say why. */
export async function describeMembers(npz: NpzFile): Promise<ReadonlyMap<string, DescribedMember>> {
  const members = new Map<string, DescribedMember>();
  for (const name of npz.names) {
    const entry = npz.entry(name);
    const { header, reason } = await tryHeader(npz, name);
    members.set(name, {
      name,
      size: entry.size,
      compression: COMPRESSIONS[entry.method] ?? 'unknown',
      type: header?.dtype.name,
      shape: header?.shape,
      unreadable: reason,
      header,
    });
  }
  return members;
}

async function tryHeader(npz: NpzFile, name: string): Promise<{ header?: NpyHeader; reason?: string }> {
  try {
    return { header: await npz.header(name) };
  } catch (error) {
    if (!isPtychoError(error, 'NPY_FORMAT', 'NPY_PICKLED', 'ZIP_FORMAT', 'DATA_FILE')) throw error;
    return { reason: error.what };
  }
}
