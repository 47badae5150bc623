import { rm } from 'node:fs/promises';
import { type NpyValue, NpzFile, writeNpz } from '@ptychokit/memmap-bridge';
import { type SimulationRequest, simulateScanFile } from '@ptychokit/study';

/** What a tiny scan is made of; see {@link writeTinyScan}. */
export interface TinyScanOptions extends SimulationRequest {
  /** Changes the arrays of the file before it is written, to make a scan with a fault. */
  readonly edit?: (arrays: Record<string, NpyValue>) => Record<string, NpyValue>;
}

/** Simulates a small scan from a seed (24 frames of 64 x 64 of a Siemens star) and returns its path; needs the engine. */
export async function writeTinyScan(path: string, { edit, ...request }: TinyScanOptions = {}): Promise<string> {
  await simulateScanFile(path, { object: 'siemens', frames: 24, step: 8, nphotons: 1e5, seed: 1, ...request });
  if (edit !== undefined) await rewrite(path, edit);
  return path;
}

async function rewrite(path: string, edit: NonNullable<TinyScanOptions['edit']>): Promise<void> {
  const arrays: Record<string, NpyValue> = {};
  const file = await NpzFile.open(path);
  try {
    for (const name of file.names) arrays[name] = await file.read(name);
  } finally {
    await file.close();
  }
  await rm(path);
  await writeNpz(path, edit(arrays));
}
