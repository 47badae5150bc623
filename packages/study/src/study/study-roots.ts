import { join } from 'node:path';

/** Where a study keeps its parts, all below one directory. */
export interface StudyRoots {
  readonly dir: string;
  /** The design as it was carried out; `--design` reads it back. */
  readonly design: string;
  /** The simulated base scan, where none was given. */
  readonly base: string;
  /** Figures of the true object. */
  readonly truth: { readonly amplitude: string; readonly phase: string };
  /** Phase C. */
  readonly data: string;
  /** Phase D. */
  readonly views: string;
  /** Phase E. */
  readonly models: string;
  readonly manifest: string;
}

/** File name of the manifest of a whole study. */
export const STUDY_MANIFEST_NAME = 'study_manifest.json';

/** The parts of the study in a directory. */
export const studyRoots = (dir: string): StudyRoots => ({
  dir,
  design: join(dir, 'design.yaml'),
  base: join(dir, 'base.npz'),
  truth: { amplitude: join(dir, 'truth_amplitude.png'), phase: join(dir, 'truth_phase.png') },
  data: join(dir, 'data'),
  views: join(dir, 'views'),
  models: join(dir, 'models'),
  manifest: join(dir, STUDY_MANIFEST_NAME),
});
