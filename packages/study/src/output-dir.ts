import { constants } from 'node:fs';
import { access, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OutputError } from './errors.js';
import { asOutputError } from './output-error.js';

/**
 * Checks, without creating anything, that a directory exists or can be created and written to.
 *
 * @throws OutputError saying what is in the way
 */
export async function assertWritableDir(path: string): Promise<void> {
  const existing = await nearestExisting(resolve(path));
  try {
    if (!(await stat(existing)).isDirectory()) {
      throw new OutputError('A file stands where the output directory is to be', {
        path: existing,
        fix: 'remove the file, or give another --output-dir',
        systemCode: 'ENOTDIR',
      });
    }
    await access(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw asOutputError(error, existing);
  }
}

/** A directory for results; {@link OutputDir.abandon} takes back what was created, as far as it is still empty. */
export interface OutputDir {
  readonly path: string;
  abandon(): Promise<void>;
}

/**
 * Creates a directory and its parents.
 *
 * @throws OutputError with the reason of the operating system
 */
export async function createOutputDir(path: string): Promise<OutputDir> {
  const full = resolve(path);
  let first: string | undefined;
  try {
    first = await mkdir(full, { recursive: true });
  } catch (error) {
    throw asOutputError(error, full);
  }
  return { path: full, abandon: () => removeEmpty(full, first) };
}

/** Removes empty directories from `path` up to the first one that was created. */
async function removeEmpty(path: string, firstCreated: string | undefined): Promise<void> {
  for (let dir = path; firstCreated !== undefined && dir.length >= firstCreated.length; dir = dirname(dir)) {
    const removed = await rmdir(dir).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function nearestExisting(path: string): Promise<string> {
  const there = await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
  return there || dirname(path) === path ? path : nearestExisting(dirname(path));
}
