import { unzipSync, zipSync } from 'fflate';
import { BundleError } from '../errors.js';

/** Largest archive and largest member that are taken for a model. */
const LIMITS = { archive: 2 ** 31, member: 2 ** 31 } as const;

/**
 * A zip archive whose bytes depend on names and contents alone: stored members in sorted order, one fixed time.
 */
export function packArchive(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  // Built from local fields, as the zip format stores them: the same bytes in every time zone.
  const mtime = new Date(1980, 0, 1);
  const sorted = Object.keys(members).sort();
  return zipSync(Object.fromEntries(sorted.map((name) => [name, [members[name] as Uint8Array, { level: 0, mtime, os: 3 }]])));
}

/**
 * Members of an archive, by name; nothing is written to disk.
 *
 * @throws BundleError a damaged archive, a name that leads out of it, a size no model has
 */
export function unpackArchive(bytes: Uint8Array, where: string): Readonly<Record<string, Uint8Array>> {
  if (bytes.length > LIMITS.archive) throw new BundleError(`The archive has ${bytes.length} bytes, more than any model`, { where });
  const seen = new Set<string>();
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!isPlainName(name))
          throw new BundleError(`The archive has a member with the name '${name}'`, { where, fix: 'do not trust this file' });
        if (seen.has(name)) throw new BundleError(`The archive has two members named '${name}'`, { where, fix: 'do not trust this file' });
        if (originalSize > LIMITS.member)
          throw new BundleError(`Member '${name}' claims ${originalSize} bytes`, { where, fix: 'do not trust this file' });
        seen.add(name);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof BundleError) throw cause;
    throw new BundleError('The file is no zip archive, or a damaged one', { where, fix: 'copy it again from where it was made', cause });
  }
}

const isPlainName = (name: string): boolean => /^[\w.-]+(\/[\w.-]+)*$/.test(name) && !name.split('/').includes('..');
