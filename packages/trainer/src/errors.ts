import { PtychoError, type PtychoErrorDetails } from '@ptychokit/config';

/** A scan that this model cannot be trained on or applied to. */
export class ModelDataError extends PtychoError {
  readonly code = 'MODEL_DATA';
}

/** The loss is no longer a number; `batch` lists the groups that were being trained on. */
export class DivergenceError extends PtychoError {
  readonly code = 'TRAINING_DIVERGED';
  readonly epoch: number;
  readonly step: number;
  readonly groups: readonly number[];

  constructor(
    what: string,
    details: PtychoErrorDetails & { readonly epoch: number; readonly step: number; readonly groups: readonly number[] },
  ) {
    super(what, details);
    this.epoch = details.epoch;
    this.step = details.step;
    this.groups = details.groups;
  }
}

/** A checkpoint that cannot be resumed from: damaged, or of another configuration (`fields` lists what differs). */
export class CheckpointError extends PtychoError {
  readonly code = 'CHECKPOINT';
  readonly fields: readonly string[];

  constructor(what: string, details: PtychoErrorDetails & { readonly fields?: readonly string[] } = {}) {
    super(what, details);
    this.fields = details.fields ?? [];
  }
}

/** A model archive that is damaged, hostile, or of another program. */
export class BundleError extends PtychoError {
  readonly code = 'BUNDLE';
}
