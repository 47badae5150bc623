import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestFile, type FileDigest } from '../file-digest.js';
import { hostFacts } from '../host-facts.js';
import { JOB_RECORD_NAME, type JobRecord, jobRecordKind } from '../manifests/job-record-kind.js';
import { readManifest, writeManifest } from '../manifests/manifest-file.js';
import { isCheckpoint } from '../manifests/manifest-kind.js';
import { recordedPath, resolveRecorded } from '../manifests/recorded-path.js';
import { packageVersion } from '../package-version.js';
import type { TrainingJob, TrainingJobResult } from './training-job.js';

/** What a record is about besides the result. */
export interface JobRecordFacts {
  readonly config: unknown;
  readonly config_sha256: string;
  readonly now: Date;
}

/**
 * Writes the record of a job that ended, as its last file.
 *
 * @throws OutputError it cannot be written
 */
export async function writeJobRecord(job: TrainingJob, result: TrainingJobResult, facts: JobRecordFacts): Promise<void> {
  const { artifactDir, dose: photons, view, gridsize: grid, model } = job;
  const record: JobRecord = {
    schema_version: 1,
    timestamp: facts.now.toISOString(),
    ptychokit_version: packageVersion(),
    ...{ dose: photons, view, gridsize: grid },
    ...(model === undefined ? {} : { model }),
    config_sha256: facts.config_sha256,
    config: facts.config,
    inputs: await describeInputs(job, result),
    host: { ...hostFacts() },
    result: relativeResult(artifactDir, result),
  };
  await writeManifest(join(artifactDir, JOB_RECORD_NAME), jobRecordKind, record);
}

/** What stands in the record of a job, whether it is still true or not; null where there is none that is intact. */
export async function readJobResult(job: Pick<TrainingJob, 'artifactDir'>): Promise<TrainingJobResult | null> {
  const record = await readRecord(job);
  return record === null ? null : absoluteResult(job.artifactDir, record.result as TrainingJobResult);
}

/**
 * The result of a job that was finished before; null where it has to be done (again): no intact record, another configuration, changed
 * inputs, or a file that is missing or not what the record says.
 */
export async function findFinishedResult(job: TrainingJob, config_sha256: string): Promise<TrainingJobResult | null> {
  const record = await readRecord(job);
  if (record === null || record.result.status !== 'completed' || record.config_sha256 !== config_sha256) return null;
  for (const recorded of record.inputs) if (!(await isSameInput(job, recorded))) return null;
  return (await hasItsFiles(job, record)) ? absoluteResult(job.artifactDir, record.result as TrainingJobResult) : null;
}

/** What a job ended with, whatever it was asked for: the files are as its record says. Null where there is no record, or a file changed. */
export async function findStandingResult(job: Pick<TrainingJob, 'artifactDir'>): Promise<TrainingJobResult | null> {
  const record = await readRecord(job);
  if (record === null || !(await hasItsFiles(job, record))) return null;
  return absoluteResult(job.artifactDir, record.result as TrainingJobResult);
}

async function hasItsFiles({ artifactDir }: Pick<TrainingJob, 'artifactDir'>, { result }: JobRecord): Promise<boolean> {
  for (const [name, digest] of Object.entries(result.artifacts)) {
    if (isCheckpoint(name)) continue; // only an unfinished job needs them
    if (!isSameFile(await digestFile(join(artifactDir, name)).catch(() => undefined), digest)) return false;
  }
  return true;
}

async function readRecord({ artifactDir }: Pick<TrainingJob, 'artifactDir'>): Promise<JobRecord | null> {
  return readManifest(join(artifactDir, JOB_RECORD_NAME), jobRecordKind).catch(() => null);
}

/** A scan that is no file of the disk (a bridge served it) is not among the inputs. */
async function describeInputs(job: TrainingJob, { data }: TrainingJobResult): Promise<JobRecord['inputs']> {
  const inputs: JobRecord['inputs'][number][] = [];
  for (const { role, sha256: digest, bytes } of data) {
    const path = role === 'test' ? job.testDataPath : job.trainDataPath;
    const found = await stat(path).catch(() => undefined);
    if (digest !== undefined && bytes !== undefined && found !== undefined)
      inputs.push({ path, sha256: digest, bytes, mtime_ms: found.mtimeMs });
  }
  return inputs;
}

async function isSameInput(job: TrainingJob, recorded: JobRecord['inputs'][number]): Promise<boolean> {
  const own = [job.trainDataPath, job.testDataPath];
  // Where the study was moved, the file of the same name is what the job would read now.
  const moved = own.includes(recorded.path) ? undefined : own.find((candidate) => basename(candidate) === basename(recorded.path));
  const path = moved ?? recorded.path;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return true; // cleaned up, which changes nothing about the result
  if (found.size !== recorded.bytes) return false;
  return found.mtimeMs === recorded.mtime_ms || isSameFile(await digestFile(path).catch(() => undefined), recorded);
}

const isSameFile = (found: FileDigest | undefined, recorded: FileDigest): boolean =>
  found !== undefined && found.sha256 === recorded.sha256 && found.bytes === recorded.bytes;

/** Paths of a result as they stand in a document in `root`. */
export function relativeResult(root: string, result: TrainingJobResult): TrainingJobResult {
  const inside = (path: string | null): string | null => (path === null ? null : recordedPath(root, path));
  return { ...result, checkpoint_path: inside(result.checkpoint_path), bundle_path: inside(result.bundle_path) };
}

function absoluteResult(root: string, result: TrainingJobResult): TrainingJobResult {
  const outside = (path: string | null): string | null => (path === null ? null : resolveRecorded(root, path));
  return { ...result, checkpoint_path: outside(result.checkpoint_path), bundle_path: outside(result.bundle_path) };
}
