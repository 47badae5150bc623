import { existsSync } from 'node:fs';
import type { ComplexArray } from '@ptychokit/config';
import { NpzFile, toComplex64 } from '@ptychokit/memmap-bridge';
import { UsageError } from '../errors.js';

/**
 * A complex array of a scan file. Nothing else in the file needs to obey the data contract.
 *
 * @param kinds what could have been named instead of a file, for the message
 * @throws UsageError there is no such file; PtychoError it is no archive or has no such array
 */
export async function readGuess(path: string, member: 'objectGuess' | 'probeGuess', kinds: readonly string[]): Promise<ComplexArray> {
  assertFile(path, kinds);
  await using file = await NpzFile.open(path);
  return toComplex64(await file.read(member));
}

/** @throws UsageError when a name is neither a kind nor a file */
export function assertFile(path: string, kinds: readonly string[]): void {
  if (existsSync(path)) return;
  throw new UsageError(`'${path}' is neither a kind nor a file`, { fix: `give one of ${kinds.join(', ')}, or the path of a scan file` });
}
