import type { ExecutionConfig, StudyDesign } from '@ptychokit/config';
import type { RunOptions } from '../compose.js';
import type { JobRunner } from '../runners/job-runner.js';
import type { StudyRoots } from './study-roots.js';

/** What the phases of one study share. */
export interface StudyUnderWay {
  readonly roots: StudyRoots;
  readonly design: StudyDesign;
  /** Scan file with object, probe and positions. */
  readonly basePath: string;
  readonly execution: ExecutionConfig | undefined;
  readonly pictures: boolean;
  /** The design may be another than that of what stands here. */
  readonly changeDesign: boolean;
  /** Undefined for the one that fits. */
  readonly runner: JobRunner | undefined;
  readonly wait: boolean;
}

/** How one job of a phase ended; a `skipped` one was impossible. */
export type PhaseJobStatus = 'completed' | 'failed' | 'skipped';

/** One line of the table of a study. */
export interface PhaseJob {
  /** How the job is called, for example `dense/dose=1e+03`. */
  readonly label: string;
  readonly status: PhaseJobStatus;
  /** What came of it, in a few words; of a job that failed or was skipped, why. */
  readonly detail: string;
}

/** What a phase ends with. */
export interface PhaseOutcome {
  /** The phase's own manifest. */
  readonly manifestPath: string;
  readonly jobs: readonly PhaseJob[];
}

/**
 * One phase of a study. It reads what the phases before it left on disk, keeps what it had finished before, and writes its own manifest.
 * A job that fails is an outcome; what is thrown ends the study.
 */
export interface StudyPhase {
  /** C, D, E and so on. */
  readonly letter: string;
  /** The command that does this phase alone. */
  readonly command: string;
  /** What it does, for people. */
  readonly title: string;
  /** Carries the phase out. */
  readonly run: (study: StudyUnderWay, options: RunOptions) => Promise<PhaseOutcome>;
}

/** First line of a reason. */
export const firstLine = (text: string | null): string => (text ?? 'unknown reason').split('\n')[0] as string;
