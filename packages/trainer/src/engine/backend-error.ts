import { PtychoError, type PtychoErrorDetails } from '@ptychokit/config';

/** The TensorFlow engine cannot be loaded (POLICY-001: there is no silent fallback to a slower one). */
export class BackendError extends PtychoError {
  readonly code = 'BACKEND_UNAVAILABLE';
  /** Paths that were looked at, in this order. */
  readonly lookedAt: readonly string[];

  constructor(what: string, details: PtychoErrorDetails & { readonly lookedAt?: readonly string[] } = {}) {
    super(what, details);
    this.lookedAt = details.lookedAt ?? [];
  }
}

/** The engine runs already, with settings that a later request must not silently get: they are fixed for the process. */
export class EngineSettingsError extends PtychoError {
  readonly code = 'ENGINE_SETTINGS';
  readonly setting: string;
  readonly running: number | boolean;
  readonly requested: number | boolean;

  constructor(setting: string, { running, requested }: { readonly running: number | boolean; readonly requested: number | boolean }) {
    super(`The engine was loaded with ${setting} ${running}, and ${setting} ${requested} is asked for now`, {
      where: 'loadEngine',
      fix: 'call loadEngine with these settings before anything else uses the engine, or start another process',
    });
    this.setting = setting;
    this.running = running;
    this.requested = requested;
  }
}
