import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { canonicalJson } from '@ptychokit/config';
import { writeFileAtomically } from '../atomic-write.js';
import { type RunOptions, runServices } from '../compose.js';
import { EvidenceError, UsageError } from '../errors.js';
import { digestFile, type FileDigest } from '../file-digest.js';
import { throwIfInterrupted } from '../interruption-error.js';
import { ARCHIVE_MANIFEST_NAME, archiveManifestKind } from '../manifests/archive-manifest.js';
import { readManifest, writeManifest } from '../manifests/manifest-file.js';
import { resolveRecorded } from '../manifests/recorded-path.js';
import { SKIP_SUMMARY_NAME } from '../manifests/skip-summary.js';
import { TRAINING_MANIFEST_NAME, type TrainingManifest, trainingManifestKind } from '../manifests/training-manifest.js';
import { assertWritableDir, createOutputDir } from '../output-dir.js';
import { asOutputError } from '../output-error.js';
import { packageVersion } from '../package-version.js';
import { archiveSummary } from './archive-summary.js';

/** What to collect, and where. */
export interface ArchiveRequest {
  /** Artifact root of phase E. */
  readonly from: string;
  /** Directory that gets `data`, `cli` and `analysis`. */
  readonly hub: string;
  /** Checks everything, writes nothing; default false. */
  readonly dryRun?: boolean | undefined;
}

/** What an archive holds, or would hold. */
export interface ArchiveResult {
  readonly hub: string;
  /** Model archives. */
  readonly bundles: number;
  readonly logs: number;
  readonly checksumsPath: string;
  readonly summaryPath: string;
}

interface ToCopy {
  readonly source: string;
  /** Relative to the hub. */
  readonly target: string;
  readonly kind: 'bundle' | 'log' | 'manifest';
  readonly digest: FileDigest;
}

/**
 * Collects the evidence of phase E: manifest, skip summary and bundles in `data`, logs in `cli`, and in `analysis` the checksums
 * (`sha256sum -c analysis/bundle_checksums.txt` in the hub), the manifest with sorted keys and a summary.
 *
 * Every file is digested before anything is written: evidence that does not agree with its manifest is not archived.
 *
 * @throws EvidenceError a file is missing or differs from the manifest, with both digests
 * @throws ManifestError the manifest is missing, edited or invalid
 * @throws UsageError hub and artifact root are the same
 */
export async function archiveEvidence({ from, hub, dryRun = false }: ArchiveRequest, options: RunOptions = {}): Promise<ArchiveResult> {
  if (resolve(from) === resolve(hub))
    throw new UsageError('The hub is the artifact root itself', { where: hub, fix: 'give another --hub' });
  const { clock, signal, onEvent } = runServices(options);
  const manifest = await readManifest(join(from, TRAINING_MANIFEST_NAME), trainingManifestKind);
  await assertWritableDir(hub);
  const files = await collect(from, manifest);
  const bundles = files.filter(({ kind }) => kind === 'bundle');
  const result: ArchiveResult = {
    hub,
    bundles: bundles.length,
    logs: files.filter(({ kind }) => kind === 'log').length,
    checksumsPath: join(hub, 'analysis', 'bundle_checksums.txt'),
    summaryPath: join(hub, 'analysis', 'summary.md'),
  };
  if (dryRun) return result;
  await createOutputDir(hub);
  for (const [i, file] of files.entries()) {
    throwIfInterrupted(signal, { stage: `copying ${file.target}` });
    await copyVerified(file, hub);
    onEvent({ type: 'count', label: 'files', done: i + 1, total: files.length });
  }
  const analysis = {
    'bundle_checksums.txt': bundles.map(({ digest, target }) => `${digest.sha256}  ${target}\n`).join(''),
    'manifest_pretty.json': `${canonicalJson(manifest, { indent: 2 })}\n`,
    'summary.md': archiveSummary(
      manifest,
      bundles.map(({ target, digest }) => ({ path: target, sha256: digest.sha256 })),
    ),
  };
  await mkdir(join(hub, 'analysis'), { recursive: true });
  for (const [name, text] of Object.entries(analysis)) await writeFileAtomically(join(hub, 'analysis', name), text);
  await writeArchiveManifest(
    hub,
    [...files.map(({ target }) => target), ...Object.keys(analysis).map((name) => `analysis/${name}`)],
    clock.now(),
  );
  return result;
}

/** Everything that will be copied, each file checked against what the manifest says of it. */
async function collect(from: string, manifest: TrainingManifest): Promise<readonly ToCopy[]> {
  const files: ToCopy[] = [];
  const add = async (recorded: string, kind: ToCopy['kind'], sha256?: string | undefined): Promise<void> => {
    const source = resolveRecorded(from, recorded);
    const inside = relative(resolve(from), source).split('\\').join('/');
    if (inside.startsWith('..'))
      throw new EvidenceError('The manifest names a file outside its own directory', {
        where: source,
        fix: 'archive the directory it lies in',
      });
    const digest = await digestOf(source, sha256);
    files.push({ source, target: `${kind === 'log' ? 'cli' : 'data'}/${inside}`, kind, digest });
  };
  await add(TRAINING_MANIFEST_NAME, 'manifest');
  if (manifest.skip_summary_path !== null) await add(manifest.skip_summary_path ?? SKIP_SUMMARY_NAME, 'manifest');
  for (const { result, log_path } of manifest.jobs) {
    if (result.bundle_path !== null) await add(result.bundle_path, 'bundle', result.bundle_sha256 ?? undefined);
    if (result.artifacts[log_path] !== undefined || (await digestFile(resolveRecorded(from, log_path)).catch(() => null)) !== null)
      await add(log_path, 'log', result.artifacts[log_path]?.sha256);
  }
  return files;
}

async function digestOf(path: string, expected: string | undefined): Promise<FileDigest> {
  const digest = await digestFile(path).catch((cause: unknown) => {
    throw new EvidenceError('A file that the manifest names cannot be read', {
      where: path,
      fix: 'restore it, or train that job again',
      cause,
    });
  });
  if (expected === undefined || digest.sha256 === expected) return digest;
  throw new EvidenceError(`A file is not what the manifest says: SHA256 should be ${expected}, is ${digest.sha256}`, {
    where: path,
    fix: 'restore it, or train that job again',
  });
}

/** A copy appears under its name when it is complete and equal. */
async function copyVerified({ source, target, digest }: ToCopy, hub: string): Promise<void> {
  const path = join(hub, target);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await copyFile(source, temporary);
    await digestOf(temporary, digest.sha256);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asOutputError(error, path);
  }
}

async function writeArchiveManifest(hub: string, names: readonly string[], now: Date): Promise<void> {
  const files = [];
  for (const name of names) files.push({ path: relative('analysis', name).split('\\').join('/'), ...(await digestFile(join(hub, name))) });
  const path = join(hub, 'analysis', ARCHIVE_MANIFEST_NAME);
  await writeManifest(path, archiveManifestKind, {
    schema_version: 1,
    timestamp: now.toISOString(),
    ptychokit_version: packageVersion(),
    files,
  });
}
