import { join } from 'node:path';
import type { StudyDesign } from '@ptychokit/config';
import { type RunOptions, runServices } from '../compose.js';
import { UsageError } from '../errors.js';
import { lockForRun } from '../locks/lock-for-run.js';
import type { DoseResult } from '../manifests/dose-record-kind.js';
import { writeManifest } from '../manifests/manifest-file.js';
import { recordedPath } from '../manifests/recorded-path.js';
import { RUN_MANIFEST_NAME, type RunManifest, runManifestKind } from '../manifests/run-manifest.js';
import { assertWritableDir, createOutputDir } from '../output-dir.js';
import { packageVersion } from '../package-version.js';
import { automaticRunner } from '../runners/automatic.js';
import type { JobRunner } from '../runners/job-runner.js';
import { runUnfinished } from '../runners/run-unfinished.js';
import { studyDesignFrom } from '../study-profile.js';
import { type BaseScan, readBaseScan } from './base-scan.js';
import { buildDoseJobs, type DoseJob } from './dose-job.js';
import { dosePhase } from './dose-phase.js';
import { emptyDoseResult, recallDose } from './dose-record.js';

/** Phase C: what to simulate, and where to put it. */
export interface GenerateRequest {
  /** Scan file with object, probe and positions. */
  readonly basePath: string;
  readonly outputRoot: string;
  /** Doses, seed, split; the canonical design by default. */
  readonly design?: StudyDesign | undefined;
  /** Only this dose of the design. */
  readonly dose?: number | undefined;
  /** Default {@link automaticRunner}. */
  readonly runner?: JobRunner | undefined;
  /** Checks the base scan and says what would be done; writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Waits for another process at work under the same root instead of refusing. */
  readonly wait?: boolean | undefined;
}

/** What phase C ends with. */
export interface GenerateResult {
  readonly jobs: readonly DoseJob[];
  /** In the order of the jobs. */
  readonly results: readonly DoseResult[];
  /** Null for a dry run. */
  readonly manifestPath: string | null;
}

/**
 * Simulates every dose of a design on one base scan and writes `run_manifest.json`. Doses that were finished before are kept; a dose that
 * fails does not take the others down. Equal requests give equal files, whatever the runner; memory does not grow with the frames.
 *
 * @throws DatasetContractError the base scan has no object, probe or positions that fit together; nothing is written
 * @throws UsageError the dose is not one of the design
 * @throws LockedError another process is at work under the root
 * @throws InterruptedError aborted through `signal`; finished doses are kept
 */
export async function generateData(request: GenerateRequest, options: RunOptions = {}): Promise<GenerateResult> {
  const { basePath, outputRoot, design = studyDesignFrom(), runner = automaticRunner() } = request;
  const base = await readBaseScan(basePath);
  const settings = { seed: design.seeds.simulation, splitAxis: design.splitAxis, trainFraction: design.trainFraction };
  const all = buildDoseJobs({ doses: design.doses, ...settings, basePath, base, outputRoot });
  const jobs = chosenJobs(all, request.dose);
  await assertWritableDir(outputRoot);
  if (request.dryRun === true) return { jobs, results: jobs.map(() => emptyDoseResult('dry_run', null)), manifestPath: null };
  const { clock } = runServices(options);
  await createOutputDir(outputRoot);
  using _lock = await lockForRun(outputRoot, { ...options, wait: request.wait });
  const results = await runUnfinished(dosePhase, jobs, { ...options, runner });
  const manifestPath = join(outputRoot, RUN_MANIFEST_NAME);
  const doses = await dosesInOrder(all, { jobs, results });
  await writeManifest(manifestPath, runManifestKind, manifestOf({ base, design, doses, root: outputRoot, now: clock.now() }));
  return { jobs, results, manifestPath };
}

function chosenJobs(jobs: readonly DoseJob[], dose: number | undefined): readonly DoseJob[] {
  const chosen = dose === undefined ? jobs : jobs.filter((job) => job.dose === dose);
  if (chosen.length > 0) return chosen;
  throw new UsageError(`The design has no dose of ${dose} photons per frame`, {
    fix: `give one of ${jobs.map((job) => job.dose).join(', ')}`,
  });
}

/** Doses of earlier runs that were left out this time stay in the manifest as long as they are still what they were. */
async function dosesInOrder(
  all: readonly DoseJob[],
  { jobs, results }: Pick<GenerateResult, 'jobs' | 'results'>,
): Promise<readonly (readonly [DoseJob, DoseResult])[]> {
  const doses: (readonly [DoseJob, DoseResult])[] = [];
  for (const job of all) {
    const at = jobs.indexOf(job);
    const result = at === -1 ? await recallDose(job) : (results[at] as DoseResult);
    if (result !== null) doses.push([job, result]);
  }
  return doses;
}

interface GeneratedData {
  readonly base: BaseScan;
  readonly design: StudyDesign;
  readonly doses: readonly (readonly [DoseJob, DoseResult])[];
  readonly root: string;
  readonly now: Date;
}

function manifestOf({ base, design, doses, root, now }: GeneratedData): RunManifest {
  return {
    schema_version: 1,
    timestamp: now.toISOString(),
    ptychokit_version: packageVersion(),
    base_npz: { name: base.name, ...base.digest },
    frame_size: base.frameSize,
    object_shape: [...base.object.shape],
    probe_shape: [...base.probe.shape],
    seed: design.seeds.simulation,
    split_axis: design.splitAxis,
    train_fraction: design.trainFraction,
    doses: doses.map(([{ dose, artifactDir }, result]) => {
      const inRoot = (name: string): string => recordedPath(root, join(artifactDir, name));
      const files = Object.entries(result.files).map(([key, file]) => [key, { ...file, path: inRoot(file.path) }] as const);
      return { dose, directory: recordedPath(root, artifactDir), ...result, files: Object.fromEntries(files) };
    }),
  };
}
