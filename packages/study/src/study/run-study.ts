import { existsSync } from 'node:fs';
import type { ExecutionConfig, StudyDesign } from '@ptychokit/config';
import { writeFileAtomically } from '../atomic-write.js';
import { type RunOptions, runServices } from '../compose.js';
import { readBaseScan } from '../generate/base-scan.js';
import { throwIfInterrupted } from '../interruption-error.js';
import { lockForRun } from '../locks/lock-for-run.js';
import { readManifest } from '../manifests/manifest-file.js';
import { type StudyManifest, type StudyManifestPhase, studyManifestKind } from '../manifests/study-manifest.js';
import { assertWritableDir, createOutputDir } from '../output-dir.js';
import type { JobRunner } from '../runners/job-runner.js';
import { designText, profileFor, studyDesignFrom } from '../study-profile.js';
import { provideBaseScan } from './base-scan-file.js';
import { checkDesign } from './check-design.js';
import { drawTruth } from './draw-truth.js';
import { assertSameDesign, designOf } from './settle-design.js';
import type { StudyPhase } from './study-phase.js';
import { phasesBegun } from './study-phases.js';
import { type StudyRoots, studyRoots } from './study-roots.js';
import { type BegunStudy, describePhase, writeStudyManifest } from './write-study-manifest.js';

/** A whole study: what to ask, and where to put everything. */
export interface StudyRequest {
  readonly outputDir: string;
  /** Default: the design the directory was made with, or the canonical one. */
  readonly design?: StudyDesign | undefined;
  /** Scan file with object, probe and positions; default: `design.baseScan` is simulated. */
  readonly basePath?: string | undefined;
  readonly execution?: ExecutionConfig | undefined;
  /** Draws the reconstruction of each job's test scan. Default true. */
  readonly pictures?: boolean | undefined;
  /** Default: a pool of processes for several jobs. */
  readonly runner?: JobRunner | undefined;
  /** Goes on with another design than the directory was made with; what fits it is kept. Default false. */
  readonly changeDesign?: boolean | undefined;
  /** Checks everything that can be checked and writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Waits for another process at work in the directory instead of refusing. */
  readonly wait?: boolean | undefined;
  /** Default: those the directory was begun with; C, D and E for a new one. */
  readonly phases?: readonly StudyPhase[] | undefined;
}

/** What a study ends with. */
export interface StudyResult {
  readonly roots: StudyRoots;
  readonly design: StudyDesign;
  readonly phases: readonly StudyPhase[];
  /** As it stands in `study_manifest.json`; null for a dry run. */
  readonly manifest: StudyManifest | null;
}

/**
 * Carries out the phases of a study one after another, each on what the ones before it left, and writes `study_manifest.json`.
 *
 * Repeating it goes on where it stopped, at whatever point: what was finished, digests verified, is kept. A job that fails does not take the
 * others down; a phase of which nothing succeeded ends the study.
 *
 * @throws UsageError the directory holds a study of another design
 * @throws ConfigError base scan or training of the design are wrong; nothing is written
 * @throws LockedError another process is at work in the directory
 * @throws InterruptedError aborted through `signal`; what was finished is kept
 */
export async function runStudy(request: StudyRequest, options: RunOptions = {}): Promise<StudyResult> {
  const roots = studyRoots(request.outputDir);
  const design = request.design ?? designOf(roots) ?? studyDesignFrom({ profile: profileFor(request.basePath) });
  checkDesign(design);
  if (request.changeDesign !== true) assertSameDesign(roots, design);
  if (request.basePath !== undefined) await readBaseScan(request.basePath);
  await assertWritableDir(roots.dir);
  const phases = request.phases ?? phasesBegun(await manifestOf(roots));
  if (request.dryRun === true) return { roots, design, phases, manifest: null };
  await createOutputDir(roots.dir);
  using _lock = await lockForRun(roots.dir, { ...options, wait: request.wait });
  const study = await beginStudy({ request, roots, design, phases }, options);
  return { roots, design, phases, manifest: await runPhases(study, { ...options, phases }) };
}

interface StudyToBegin {
  readonly request: StudyRequest;
  readonly roots: StudyRoots;
  readonly design: StudyDesign;
  readonly phases: readonly StudyPhase[];
}

/** What an earlier run left; undefined where there is none that is intact. */
const manifestOf = async ({ manifest }: StudyRoots): Promise<StudyManifest | undefined> =>
  existsSync(manifest) ? readManifest(manifest, studyManifestKind).catch(() => undefined) : undefined;

/** Design and base scan, as files. */
async function beginStudy({ request, roots, design, phases }: StudyToBegin, options: RunOptions): Promise<BegunStudy> {
  const { onEvent, signal } = runServices(options);
  const { basePath: given, execution, pictures = true, changeDesign = false, runner, wait = false } = request;
  const before = await manifestOf(roots);
  await writeFileAtomically(roots.design, designText(design));
  const base = await provideBaseScan({ given, path: roots.base, design, before: before?.base_npz, signal, onEvent });
  const truth = pictures ? await drawTruth(base, roots) : [];
  const planned = phases.map(({ letter }) => letter);
  return { roots, design, base, truth, planned, basePath: base.path, execution, pictures, changeDesign, runner, wait };
}

async function runPhases(
  study: BegunStudy,
  { phases, ...options }: RunOptions & { phases: readonly StudyPhase[] },
): Promise<StudyManifest> {
  const { clock, onEvent, signal } = runServices(options);
  const done: StudyManifestPhase[] = [];
  // Phases that run again change their manifests: until then this one vouches for none of them.
  let manifest = await writeStudyManifest(study, { phases: done, status: 'unfinished', now: clock.now() });
  for (const [index, phase] of phases.entries()) {
    throwIfInterrupted(signal, { stage: `phase ${phase.letter}` });
    onEvent({ type: 'phase', letter: phase.letter, title: phase.title, index, count: phases.length });
    const started_ms = clock.now().getTime();
    const outcome = await phase.run(study, options);
    const seconds = Math.max(0, clock.now().getTime() - started_ms) / 1e3;
    done.push(await describePhase(study.roots, { phase, outcome, seconds }));
    const isLast = index === phases.length - 1;
    const isInVain = !outcome.jobs.some(({ status }) => status === 'completed');
    const status = isLast || isInVain ? statusOf(done, isInVain) : 'unfinished';
    manifest = await writeStudyManifest(study, { phases: done, status, now: clock.now() });
    if (!isInVain || isLast) continue;
    onEvent({ type: 'note', text: `nothing of phase ${phase.letter} succeeded: the phases after it are left out` });
    break;
  }
  return manifest;
}

function statusOf(phases: readonly StudyManifestPhase[], isInVain: boolean): StudyManifest['status'] {
  return isInVain || phases.some(({ jobs }) => jobs.some(({ status }) => status === 'failed')) ? 'failed' : 'completed';
}
