import type { ExecutionConfig } from '@ptychokit/config';
import type { FileDigest } from '../file-digest.js';
import type { DataFacts, EngineFacts } from '../run-record.js';
import type { ScanGeometry } from '../solve/scan-geometry.js';
import { doseLabel, type Split } from '../study-layout.js';

/** One iterative reconstruction of the study: a split of a view of a dose. Plain data, so that it can travel. */
export interface ReconstructionJob {
  /** Mean photons per frame. */
  readonly dose: number;
  /** Name of the view. */
  readonly view: string;
  readonly split: Split;
  /** The scan that the networks of this view are trained (train) or applied on (test). */
  readonly scanPath: string;
  /** Directory of everything the job writes. */
  readonly artifactDir: string;
  readonly logPath: string;
  /** Fields of the iterative configuration beyond what the job itself decides. */
  readonly solve?: Readonly<Record<string, unknown>> | undefined;
  /** Where metres come from; without a pixel size there is no `product.h5`. */
  readonly geometry?: ScanGeometry | undefined;
  readonly execution?: ExecutionConfig | undefined;
}

/** What a job ended with; keys as they stand in the manifest, paths relative to the directory of the job. */
export interface ReconstructionResult {
  readonly status: 'completed' | 'failed' | 'dry_run';
  /** Why the job failed; null when it did not. */
  readonly error: string | null;
  /** Algorithm: lsqml, epie, rpie. */
  readonly method: string | null;
  /** What the object started from. */
  readonly object_init: string | null;
  readonly noise_model: string | null;
  readonly epochs_completed: number;
  readonly final_loss: number | null;
  readonly relative_residual: number | null;
  /** Digest of the configuration without its paths. */
  readonly config_sha256: string | null;
  /** Time of the iterations. */
  readonly solve_seconds: number | null;
  readonly seconds: number | null;
  readonly engine: EngineFacts | null;
  readonly data: readonly DataFacts[];
  /** Files by their path below the directory of the job. */
  readonly artifacts: Readonly<Record<string, FileDigest>>;
}

/** A result in which nothing has been achieved yet. */
const NOTHING: ReconstructionResult = {
  status: 'failed',
  error: null,
  method: null,
  object_init: null,
  noise_model: null,
  epochs_completed: 0,
  final_loss: null,
  relative_residual: null,
  config_sha256: null,
  solve_seconds: null,
  seconds: null,
  engine: null,
  data: [],
  artifacts: {},
};

/** The result of a job that failed. */
export function failedReconstruction(error: unknown, achieved: Partial<ReconstructionResult> = {}): ReconstructionResult {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return { ...NOTHING, ...achieved, status: 'failed', error: reason };
}

/** The result of a job that did what it was to do, or that was only planned. */
export const reconstructionResult = (status: 'completed' | 'dry_run', achieved: Partial<ReconstructionResult>): ReconstructionResult => ({
  ...NOTHING,
  ...achieved,
  status,
  error: null,
});

/** How a job is called in lines of output: `dense/test/dose=1e+03`. */
export const reconstructionLabel = ({ view, split, dose }: Pick<ReconstructionJob, 'view' | 'split' | 'dose'>): string =>
  `${view}/${split}/dose=${doseLabel(dose)}`;
