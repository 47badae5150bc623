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
