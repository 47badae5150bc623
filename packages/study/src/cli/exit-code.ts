import { isPtychoError } from '@ptychokit/config';
import { CommanderError } from 'commander';

/** How a command ends: all done, a job failed, wrong usage or input, stopped from outside. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Errors that are about the run and not about what the user gave. */
const JOB_FAILURES = [
  'BACKEND_UNAVAILABLE',
  'ENGINE_SETTINGS',
  'TRAINING_DIVERGED',
  'SOLVE_DIVERGED',
  'NOT_REPRODUCED',
  'CONFIG_ORDER',
  'SOURCE_CLOSED',
  'EVIDENCE',
];

/** The exit code of a command that ended with this error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (isPtychoError(error, 'INTERRUPTED')) return EXIT.interrupted;
  if (isPtychoError(error, ...JOB_FAILURES)) return EXIT.failed;
  return isPtychoError(error) ? EXIT.usage : EXIT.failed;
}
