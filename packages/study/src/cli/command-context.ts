import type { CliIo } from './cli-io.js';
import { type Interruption, interruptible, type SignalSource } from './interruption.js';
import { createProgress, type Progress } from './progress.js';

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

/** Progress and interruption of one long command; disposing of it leaves terminal and signals as they were. */
export interface LongRun extends Disposable {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Starts progress and listens for Ctrl-C. */
export function startLongRun(context: CommandContext, flags: CommonFlags): LongRun {
  const { io, signals, exit } = context;
  const progress = createProgress(io, { quiet: flags.quiet === true });
  const options = { ...(signals && { source: signals }), ...(exit && { exit }) };
  const interruption: Interruption = interruptible(flags.quiet === true ? () => undefined : progress.note, options);
  return {
    progress,
    signal: interruption.signal,
    [Symbol.dispose]: () => {
      interruption[Symbol.dispose]();
      progress.end();
    },
  };
}
