import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RunOptions, runServices } from '../compose.js';
import { lockForRun } from '../locks/lock-for-run.js';
import { readManifest } from '../manifests/manifest-file.js';
import type { ManifestKind } from '../manifests/manifest-kind.js';
import { assertWritableDir } from '../output-dir.js';
import { automaticRunner } from './automatic.js';
import type { JobOutcome, JobPhase, StudyJob } from './job-phase.js';
import type { JobRunner } from './job-runner.js';
import { runUnfinished } from './run-unfinished.js';

/** A phase whose jobs end in one manifest, which a dry run writes too. */
export interface MatrixPhase<J extends StudyJob, R extends JobOutcome> {
  readonly phase: JobPhase<J, R>;
  readonly manifest: { readonly name: string; readonly kind: ManifestKind<{ readonly dry_run: boolean }> };
  /** The outcome of a job that is only planned. */
  readonly plan: (job: J) => Promise<R>;
}

/** How to carry out a matrix of jobs. */
export interface MatrixRunOptions {
  /** Default: {@link automaticRunner}. */
  readonly runner?: JobRunner | undefined;
  /** Checks everything and does nothing; a manifest of a real run that stands there is kept. */
  readonly dryRun?: boolean | undefined;
  /** Waits for another process at work under the same artifact root instead of refusing. */
  readonly wait?: boolean | undefined;
}

/** The jobs of a matrix, where they work, and who writes down what they ended with. */
export interface MatrixRun<J, R, W> extends MatrixRunOptions {
  readonly root: string;
  readonly jobs: readonly J[];
  readonly write: (results: readonly R[], now: Date) => Promise<W>;
}

/**
 * Runs the jobs that were not finished before under the lock of their root, and writes their manifest.
 *
 * @returns results in the order of the jobs; `written` is null for a dry run beside the manifest of a real run
 * @throws LockedError another process is at work under the root
 * @throws InterruptedError aborted through `signal`; what was finished is kept
 */
export async function runMatrix<J extends StudyJob, R extends JobOutcome, W>(
  { phase, manifest, plan }: MatrixPhase<J, R>,
  { root, jobs, write, runner, dryRun = false, wait }: MatrixRun<J, R, W>,
  options: RunOptions,
): Promise<{ readonly results: readonly R[]; readonly written: W | null }> {
  await assertWritableDir(root);
  const { clock, onEvent } = runServices(options);
  const planned = (): Promise<readonly R[]> => Promise.all(jobs.map(plan));
  if (dryRun && (await isOfRealRun(join(root, manifest.name), manifest.kind))) {
    onEvent({ type: 'note', text: `${join(root, manifest.name)} is of a real run and is kept` });
    return { results: await planned(), written: null };
  }
  using _lock = await lockForRun(root, { ...options, wait });
  const results = dryRun ? await planned() : await runUnfinished(phase, jobs, { runner: runner ?? automaticRunner(), ...options });
  return { results, written: await write(results, clock.now()) };
}

/** A manifest that cannot be read is not for a dry run to replace either. */
async function isOfRealRun(path: string, kind: MatrixPhase<never, JobOutcome>['manifest']['kind']): Promise<boolean> {
  if (!existsSync(path)) return false;
  const manifest = await readManifest(path, kind).catch(() => undefined);
  return manifest?.dry_run !== true;
}
