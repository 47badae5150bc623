import type { ExecutionConfig, TrainingConfig } from '@ptychokit/config';
import type { FileDigest } from '../file-digest.js';
import type { DataFacts, EngineFacts } from '../run-record.js';

/** Networks a view can be trained with: through the forward model, or on the true patches as a baseline to compare with. */
export const MODEL_KINDS = ['pinn', 'supervised'] as const;
/** A model of a training job. */
export type ModelKind = (typeof MODEL_KINDS)[number];

/** Which networks to train. */
export const MODEL_CHOICES = ['pinn', 'supervised', 'both'] as const;
/** Which models a matrix trains. */
export type ModelChoice = (typeof MODEL_CHOICES)[number];

/** The networks of a choice. */
export const modelKindsOf = (choice: ModelChoice = 'pinn'): readonly ModelKind[] => (choice === 'both' ? MODEL_KINDS : [choice]);

/** One training of the study: a view of a dose, where its data is and where its results go. Plain data, so that it can travel. */
export interface TrainingJob {
  /** Mean photons per frame. */
  readonly dose: number;
  /** Name of the view. */
  readonly view: string;
  /** Frames per group along one edge. */
  readonly gridsize: number;
  /** What the network learns from; the physics (`pinn`) when absent. */
  readonly model?: ModelKind | undefined;
  readonly trainDataPath: string;
  readonly testDataPath: string;
  /** Directory of everything the job writes. */
  readonly artifactDir: string;
  readonly logPath: string;
  /** Fields of the training configuration beyond what the job itself decides, with dotted keys. */
  readonly training?: Readonly<Record<string, unknown>> | undefined;
  /** How to carry it out; defaults of `loadExecutionConfig` when absent. */
  readonly execution?: ExecutionConfig | undefined;
  /** Reconstructs the test scan with the new model and draws it (`amplitude.png`, `phase.png`). */
  readonly pictures?: boolean | undefined;
  /** Starts anew where the checkpoint in its directory is of another configuration or of other data, instead of failing. */
  readonly replaceCheckpoints?: boolean | undefined;
}

/** What a function that carries out a job is given. */
export interface TrainingJobRequest {
  /** Frozen; already bridged into the flat parameters of the run (CONFIG-001). */
  readonly config: TrainingConfig;
  readonly job: TrainingJob;
  readonly logPath: string;
}

/** One epoch of a job. */
export interface EpochSummary {
  readonly epoch: number;
  readonly train_loss: number;
  readonly val_loss: number | null;
  readonly learning_rate: number;
}

/** How a job ended. */
export type TrainingJobStatus = 'completed' | 'failed' | 'dry_run';

/** What a job ended with; keys as they stand in the manifest, paths absolute. */
export interface TrainingJobResult {
  readonly status: TrainingJobStatus;
  /** Why the job failed; null when it did not. */
  readonly error: string | null;
  /** Training loss of the last epoch. */
  readonly final_loss: number | null;
  readonly epochs_completed: number;
  readonly checkpoint_path: string | null;
  readonly bundle_path: string | null;
  readonly bundle_sha256: string | null;
  /** Final numbers by name. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly history: readonly EpochSummary[];
  /** Digest of the configuration without its paths. */
  readonly config_sha256: string | null;
  readonly seconds: number | null;
  readonly engine: EngineFacts | null;
  /** The scans it was trained on. */
  readonly data: readonly DataFacts[];
  /** Files by their path below the directory of the job. */
  readonly artifacts: Readonly<Record<string, FileDigest>>;
}

/** A result in which nothing has been achieved yet. */
const NOTHING: TrainingJobResult = {
  status: 'failed',
  error: null,
  final_loss: null,
  epochs_completed: 0,
  checkpoint_path: null,
  bundle_path: null,
  bundle_sha256: null,
  metrics: {},
  history: [],
  config_sha256: null,
  seconds: null,
  engine: null,
  data: [],
  artifacts: {},
};

/** The result of a job that failed, with what it had achieved until then. */
export function failedResult(error: unknown, achieved: Partial<TrainingJobResult> = {}): TrainingJobResult {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  return { ...NOTHING, ...achieved, bundle_path: null, bundle_sha256: null, status: 'failed', error: reason };
}

/** The result of a job that did what it was to do. */
export const completedResult = (achieved: Partial<TrainingJobResult>): TrainingJobResult => ({
  ...NOTHING,
  ...achieved,
  status: 'completed',
  error: null,
});

/** The result of a job that was only planned. */
export const plannedResult = (planned: Partial<TrainingJobResult> = {}): TrainingJobResult => ({
  ...NOTHING,
  ...planned,
  status: 'dry_run',
  error: null,
});
