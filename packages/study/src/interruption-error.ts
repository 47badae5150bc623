import { isPtychoError } from '@ptychokit/config';
import { InterruptedError } from './errors.js';

/**
 * Stops a run between two stages when it was aborted.
 *
 * @throws InterruptedError
 */
export function throwIfInterrupted(
  signal: AbortSignal | undefined,
  details: { readonly stage: string; readonly checkpointPath?: string | null },
): void {
  if (signal?.aborted !== true) return;
  throw new InterruptedError(`Interrupted before ${details.stage}`, {
    fix: 'repeat the command; what was finished is used again',
    checkpointPath: details.checkpointPath ?? null,
  });
}

/** What an abort makes the parts of a run throw, as the one error that callers know; other errors pass unchanged. */
export function asInterruption(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted !== true || isPtychoError(error)) return error;
  return new InterruptedError('The run was interrupted', { fix: 'repeat the command; what was finished is used again', cause: error });
}
