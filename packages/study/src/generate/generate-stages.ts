import type { RunObserver } from '../run-event.js';
import type { DosePaths } from '../study-layout.js';
import type { BaseScan } from './base-scan.js';
import type { DoseJob } from './dose-job.js';
import { canonicalize } from './stages/canonicalize.js';
import { patch } from './stages/patch.js';
import { simulate } from './stages/simulate.js';
import { split } from './stages/split.js';
import { validate } from './stages/validate.js';

/** What a stage works on. Each reads the file of the stage before it and writes its own. */
export interface StageContext {
  readonly job: DoseJob;
  readonly base: BaseScan;
  readonly paths: DosePaths;
  readonly onEvent: RunObserver;
  readonly signal: AbortSignal | undefined;
}

/** One step from the base scan to the files of a dose. @throws PtychoError what went wrong; no half-written file is left */
export type GenerateStage = (context: StageContext) => Promise<void>;

/** The stages of phase C, in the order they are done. */
export interface GenerateStages {
  /** Base scan -> `simulated_raw.npz`: amplitudes with the photon noise of the dose. */
  readonly simulate: GenerateStage;
  /** -> `canonical.npz`: names, types, axes and values of the data contract (DATA-001). */
  readonly canonicalize: GenerateStage;
  /** -> `patched.npz`: with the true object patch of every frame. */
  readonly patch: GenerateStage;
  /** -> `patched_train.npz`, `patched_test.npz`. */
  readonly split: GenerateStage;
  /** Reads everything that was written and refuses what breaks the contract. */
  readonly validate: GenerateStage;
}

/** The stages as the library does them. */
export const productionStages: GenerateStages = { simulate, canonicalize, patch, split, validate };
