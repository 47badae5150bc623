import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SolveConfig } from '@ptychokit/config';
import { digestFile } from '../file-digest.js';
import { hostFacts } from '../host-facts.js';
import { readManifest, writeManifest } from '../manifests/manifest-file.js';
import { RECONSTRUCTION_RECORD_NAME, type ReconstructionRecord, reconstructionRecordKind } from '../manifests/reconstruction-manifest.js';
import { packageVersion } from '../package-version.js';
import type { ReconstructionJob, ReconstructionResult } from './reconstruction-job.js';

/** Writes the record of a job that ended, as its last file. @throws OutputError it cannot be written */
export async function writeReconstructionRecord(
  job: ReconstructionJob,
  result: ReconstructionResult,
  facts: { readonly config: SolveConfig; readonly config_sha256: string; readonly now: Date },
): Promise<void> {
  const { artifactDir, dose, view, split, scanPath } = job;
  const [scan] = result.data;
  const isKnown = scan?.sha256 !== undefined && scan.bytes !== undefined;
  await writeManifest(join(artifactDir, RECONSTRUCTION_RECORD_NAME), reconstructionRecordKind, {
    schema_version: 1,
    timestamp: facts.now.toISOString(),
    ptychokit_version: packageVersion(),
    ...{ dose, view, split },
    config_sha256: facts.config_sha256,
    config: facts.config,
    input: isKnown ? { path: scanPath, sha256: scan.sha256 as string, bytes: scan.bytes as number } : null,
    host: { ...hostFacts() },
    result,
  });
}

/** What the record of a job says, whether it is still true or not; null where there is none that is intact. */
export async function readReconstruction(job: Pick<ReconstructionJob, 'artifactDir'>): Promise<ReconstructionRecord | null> {
  return readManifest(join(job.artifactDir, RECONSTRUCTION_RECORD_NAME), reconstructionRecordKind).catch(() => null);
}

/** The result of a job that was finished before: same configuration, same scan, every file as recorded; null where it has to be done. */
export async function finishedReconstruction(job: ReconstructionJob, config_sha256: string): Promise<ReconstructionResult | null> {
  const record = await readReconstruction(job);
  if (record === null || record.result.status !== 'completed' || record.config_sha256 !== config_sha256) return null;
  const { input, result } = record;
  // A scan that was cleaned up changes nothing about the result.
  if (input !== null && (await exists(job.scanPath)) && !(await isFile(job.scanPath, input.sha256))) return null;
  return (await hasItsFiles(job, record)) ? (result as ReconstructionResult) : null;
}

/** What a job ended with, whatever it was asked for: the files are as its record says. Null where there is no record, or a file changed. */
export async function standingReconstruction(job: Pick<ReconstructionJob, 'artifactDir'>): Promise<ReconstructionResult | null> {
  const record = await readReconstruction(job);
  return record !== null && (await hasItsFiles(job, record)) ? (record.result as ReconstructionResult) : null;
}

async function hasItsFiles({ artifactDir }: Pick<ReconstructionJob, 'artifactDir'>, { result }: ReconstructionRecord): Promise<boolean> {
  for (const [name, { sha256 }] of Object.entries(result.artifacts)) if (!(await isFile(join(artifactDir, name), sha256))) return false;
  return true;
}

const exists = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined)) !== undefined;

const isFile = async (path: string, sha256: string): Promise<boolean> => (await digestFile(path).catch(() => undefined))?.sha256 === sha256;
