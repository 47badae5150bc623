import { configDigest } from '@ptychokit/config';
import { digestFile } from '../file-digest.js';
import { writeManifest } from '../manifests/manifest-file.js';
import { recordedPath } from '../manifests/recorded-path.js';
import { type StudyManifest, type StudyManifestPhase, studyManifestKind } from '../manifests/study-manifest.js';
import { packageVersion } from '../package-version.js';
import type { BaseScanFile } from './base-scan-file.js';
import type { PhaseOutcome, StudyPhase, StudyUnderWay } from './study-phase.js';
import type { StudyRoots } from './study-roots.js';

/** A study whose design and base scan stand on disk. */
export interface BegunStudy extends StudyUnderWay {
  readonly base: BaseScanFile;
  /** Letters of the phases that were asked for. */
  readonly planned: readonly string[];
  /** Paths of the figures of the true object. */
  readonly truth: readonly string[];
}

/** How far a study has come. */
export interface StudyState {
  readonly phases: readonly StudyManifestPhase[];
  readonly status: StudyManifest['status'];
  readonly now: Date;
}

/**
 * Writes `study_manifest.json` and returns what stands in it.
 *
 * @throws OutputError it cannot be written; what stood there before is unchanged
 */
export async function writeStudyManifest({ roots, design, base, truth, planned }: BegunStudy, state: StudyState): Promise<StudyManifest> {
  const inside = (path: string): string => recordedPath(roots.dir, path);
  const pictures: StudyManifest['pictures'][number][] = [];
  for (const path of truth) pictures.push({ path: inside(path), ...(await digestFile(path)) });
  const manifest: StudyManifest = {
    schema_version: 1,
    timestamp: state.now.toISOString(),
    ptychokit_version: packageVersion(),
    status: state.status,
    design: { path: inside(roots.design), ...(await digestFile(roots.design)), config_sha256: configDigest(design) },
    base_npz: { ...base, path: inside(base.path) },
    pictures,
    planned: [...planned],
    phases: [...state.phases],
  };
  await writeManifest(roots.manifest, studyManifestKind, manifest);
  return manifest;
}

/** A phase that was carried out. */
export interface DonePhase {
  readonly phase: StudyPhase;
  readonly outcome: PhaseOutcome;
  readonly seconds: number;
}

/** A phase as it stands in the manifest. */
export async function describePhase({ dir }: StudyRoots, { phase, outcome, seconds }: DonePhase): Promise<StudyManifestPhase> {
  const { letter, command } = phase;
  const manifest = { path: recordedPath(dir, outcome.manifestPath), ...(await digestFile(outcome.manifestPath)) };
  return { letter, command, seconds, manifest, jobs: [...outcome.jobs] };
}
