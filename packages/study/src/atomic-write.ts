import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asOutputError } from './output-error.js';

/**
 * Writes a file so that at any instant there is either no file, the old one, or the whole new one: temporary name in the same
 * directory, flushed to the disk, renamed. Nothing is left behind on failure.
 *
 * @throws OutputError with the reason of the operating system
 */
export async function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    await writeAndFlush(temporary, content);
    await rename(temporary, path);
    await flushDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asOutputError(error, path);
  }
}

/** {@link writeFileAtomically} of a value as indented JSON with a final newline. */
export function writeJsonAtomically(path: string, value: unknown): Promise<void> {
  return writeFileAtomically(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

async function writeAndFlush(path: string, content: Uint8Array | string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename survives a power cut only once its directory is on the disk. */
async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
