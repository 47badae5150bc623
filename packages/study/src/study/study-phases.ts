import type { StudyManifest } from '../manifests/study-manifest.js';
import { comparePhase } from './phases/compare.js';
import { generatePhase } from './phases/generate.js';
import { overlapPhase } from './phases/overlap.js';
import { reconstructPhase } from './phases/reconstruct.js';
import { trainBothPhase, trainPhase } from './phases/train.js';
import type { StudyPhase } from './study-phase.js';

/** The phases of a study, in the order they are done. */
export const STUDY_PHASES: readonly StudyPhase[] = [generatePhase, overlapPhase, trainPhase];

/** The phases of a study that ends with a comparison: both networks, the iterative reconstructions, all scored against the truth. */
export const COMPARISON_PHASES: readonly StudyPhase[] = [generatePhase, overlapPhase, trainBothPhase, reconstructPhase, comparePhase];

/** The phases that a study goes on with where none are chosen: those it was begun with. */
export const phasesBegun = (before: StudyManifest | undefined): readonly StudyPhase[] =>
  [...(before?.planned ?? []), ...(before?.phases ?? []).map(({ letter }) => letter)].includes(comparePhase.letter)
    ? COMPARISON_PHASES
    : STUDY_PHASES;
