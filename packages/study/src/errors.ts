import { PtychoError, type PtychoErrorDetails } from '@ptychokit/config';

/** Results cannot be written: the place is no directory, not writable, or full. */
export class OutputError extends PtychoError {
  readonly code = 'OUTPUT';
  readonly path: string;
  /** Code of the operating system, for example `"ENOSPC"`. */
  readonly systemCode: string | undefined;

  constructor(what: string, details: PtychoErrorDetails & { readonly path: string; readonly systemCode?: string | undefined }) {
    super(what, { where: details.path, ...details });
    this.path = details.path;
    this.systemCode = details.systemCode;
  }
}

/** A command was called in a way that makes no sense. */
export class UsageError extends PtychoError {
  readonly code = 'USAGE';
}

/** The run was stopped from outside; what was finished is kept. */
export class InterruptedError extends PtychoError {
  readonly code = 'INTERRUPTED';
  /** Checkpoint to go on from, if one was written. */
  readonly checkpointPath: string | null;

  constructor(what: string, details: PtychoErrorDetails & { readonly checkpointPath?: string | null } = {}) {
    super(what, details);
    this.checkpointPath = details.checkpointPath ?? null;
  }
}

/** A result differs from what it must equal bit for bit. */
export class ReproducibilityError extends PtychoError {
  readonly code = 'NOT_REPRODUCED';
}

/** A file does not agree with the manifest that vouches for it. */
export class EvidenceError extends PtychoError {
  readonly code = 'EVIDENCE';
}
