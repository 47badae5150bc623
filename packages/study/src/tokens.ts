import { token } from '@ptychokit/config';
import type { GenerateStages } from './generate/generate-stages.js';

/** The stages of phase C. */
export const GENERATE_STAGES = token<GenerateStages>('study.GenerateStages');
