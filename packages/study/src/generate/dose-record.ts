import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openDataset } from '@ptychokit/memmap-bridge';
import { digestFile } from '../file-digest.js';
import { DOSE_RECORD_NAME, type DoseRecord, type DoseResult, doseRecordKind } from '../manifests/dose-record-kind.js';
import { readManifest, writeManifest } from '../manifests/manifest-file.js';
import { packageVersion } from '../package-version.js';
import { type DosePaths, dosePaths } from '../study-layout.js';
import type { DoseJob } from './dose-job.js';

/** Files of a dose under the keys of its record. */
const filesOf = (paths: DosePaths): Readonly<Record<string, string>> => ({
  simulated_raw: paths.simulatedRaw,
  canonical: paths.canonical,
  patched: paths.patched,
  patched_train: paths.patchedTrain,
  patched_test: paths.patchedTest,
});

/** What a dose without files ends with. */
export const emptyDoseResult = (status: 'failed' | 'dry_run', error: string | null): DoseResult => ({
  status,
  error,
  frames: 0,
  train_frames: 0,
  test_frames: 0,
  intensity_scale: null,
  files: {},
});

/** Looks at the files that the stages left and digests them; paths are relative to the directory of the dose. */
export async function describeDose({ outputRoot, dose }: DoseJob): Promise<DoseResult> {
  const paths = dosePaths(outputRoot, dose);
  const files: Record<string, DoseResult['files'][string]> = {};
  for (const [key, path] of Object.entries(filesOf(paths))) files[key] = { path: basename(path), ...(await digestFile(path)) };
  await using train = await openDataset(paths.patchedTrain);
  await using test = await openDataset(paths.patchedTest);
  const scale = train.metadata.intensity_scale;
  return {
    status: 'completed',
    error: null,
    frames: train.frameCount + test.frameCount,
    train_frames: train.frameCount,
    test_frames: test.frameCount,
    intensity_scale: typeof scale === 'number' && scale > 0 ? scale : null,
    files,
  };
}

/** Writes the record of a dose that ended, as its last file. @throws OutputError it cannot be written */
export async function writeDoseRecord(job: DoseJob, result: DoseResult, now: Date): Promise<void> {
  const record: DoseRecord = {
    schema_version: 1,
    timestamp: now.toISOString(),
    ptychokit_version: packageVersion(),
    dose: job.dose,
    request_sha256: job.requestSha256,
    result,
  };
  await writeManifest(recordPath(job), doseRecordKind, record);
}

/** What the record of a dose says, a failure included; null where there is none that is intact. */
export async function readDoseResult(job: DoseJob): Promise<DoseResult | null> {
  return readManifest(recordPath(job), doseRecordKind).then(
    ({ result }) => result,
    () => null,
  );
}

/** The result of a dose that was finished before by the same request and whose files are all as recorded; null where it has to be done. */
export async function recallDose(job: DoseJob): Promise<DoseResult | null> {
  const record = await readManifest(recordPath(job), doseRecordKind).catch(() => null);
  if (record === null || record.request_sha256 !== job.requestSha256 || record.result.status !== 'completed') return null;
  for (const { path, sha256, bytes } of Object.values(record.result.files)) {
    const found = await digestFile(join(job.artifactDir, path)).catch(() => undefined);
    if (found?.sha256 !== sha256 || found.bytes !== bytes) return null;
  }
  return record.result;
}

/** Takes the record away, before files it speaks of are changed. */
export const forgetDose = (job: DoseJob): Promise<void> => rm(recordPath(job), { force: true });

const recordPath = ({ artifactDir }: DoseJob): string => join(artifactDir, DOSE_RECORD_NAME);
