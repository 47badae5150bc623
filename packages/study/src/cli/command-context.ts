import type { RunObserver } from '../run-event.js';
import type { CliIo } from './cli-io.js';
import { interruptible, type SignalSource } from './interruption.js';
import { createProgress } from './progress.js';

/** What every command gets. */
export interface CommandContext {
  readonly io: CliIo;
  readonly signals?: SignalSource;
  /** Ends the process at once, on the second interruption. */
  readonly exit?: (code: number) => void;
  /** The exit code of a command that ended without an error; 0 unless a command says otherwise. */
  exitCode: number;
}

/** Flags that commands of more than one kind share. */
export interface CommonFlags {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What a long piece of work reports to and is stopped by; fits the last argument of every run. */
export interface LongRun {
  readonly signal: AbortSignal;
  readonly onEvent: RunObserver;
}

/** Does a long piece of work with progress and Ctrl-C; afterwards terminal and signals are as they were, ready for the results. */
export async function longRun<T>(context: CommandContext, flags: CommonFlags, work: (run: LongRun) => Promise<T>): Promise<T> {
  const { io, signals, exit } = context;
  const quiet = flags.quiet === true;
  const progress = createProgress(io, { quiet });
  const interruption = interruptible(progress.note, { ...(signals && { source: signals }), ...(exit && { exit }) });
  try {
    return await work({ signal: interruption.signal, onEvent: progress.report });
  } finally {
    interruption[Symbol.dispose]();
    progress.end();
  }
}
