import type { RawData } from '@ptychokit/memmap-bridge';
import type { DataFacts, RunFiles } from './run-record.js';

/** The files of an open scan for the record of a run, and with the first of them what the caller said of the scan. */
export function scanFiles(raw: RawData, given: { readonly role: DataFacts['role']; readonly path: string }): RunFiles['data'] {
  const { files, hints } = raw.origin;
  const [first = given.path, ...others] = files;
  return [{ role: given.role, path: first, hints }, ...others.map((path) => ({ role: given.role, path }))];
}
