import { isPtychoError } from '@ptychokit/config';
import type { CommanderError } from 'commander';

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
  if (isCommanderError(error)) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (isPtychoError(error, 'INTERRUPTED')) return EXIT.interrupted;
  if (isPtychoError(error, ...JOB_FAILURES)) return EXIT.failed;
  return isPtychoError(error) ? EXIT.usage : EXIT.failed;
}

/** An error of the command-line parser, which has printed its own message. By its code, so that the parser is loaded only to parse. */
export function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}
