import { PtychoError, type PtychoErrorDetails } from '@ptychokit/config';

/** The iterative engines compute on TensorFlow alone (POLICY-001), and it is not the active backend. */
export class EngineRequiredError extends PtychoError {
  readonly code = 'BACKEND_UNAVAILABLE';

  constructor() {
    super('The iterative engines need the TensorFlow engine, and another backend is active', {
      fix: 'call loadEngine() of @ptychokit/trainer first; npx ptychokit doctor tells more',
    });
  }
}

/** A scan that cannot be reconstructed, or not with these settings. */
export class SolveDataError extends PtychoError {
  readonly code = 'SOLVE_DATA';
}

/** The reconstruction runs away from the data instead of towards it. */
export class SolveDivergenceError extends PtychoError {
  readonly code = 'SOLVE_DIVERGED';
  readonly epoch: number;
  readonly loss: number;

  constructor(what: string, details: PtychoErrorDetails & { readonly epoch: number; readonly loss: number }) {
    super(what, details);
    this.epoch = details.epoch;
    this.loss = details.loss;
  }
}

/** A checkpoint that cannot be gone on from: damaged, or of another run (`fields` lists what differs). */
export class SolveCheckpointError extends PtychoError {
  readonly code = 'SOLVE_CHECKPOINT';
  readonly fields: readonly string[];

  constructor(what: string, details: PtychoErrorDetails & { readonly fields?: readonly string[] } = {}) {
    super(what, details);
    this.fields = details.fields ?? [];
  }
}
