import { generatePhase } from './phases/generate.js';
import { overlapPhase } from './phases/overlap.js';
import { trainPhase } from './phases/train.js';
import type { StudyPhase } from './study-phase.js';

/** The phases of a study, in the order they are done. */
export const STUDY_PHASES: readonly StudyPhase[] = [generatePhase, overlapPhase, trainPhase];
