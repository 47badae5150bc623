import type { Command } from 'commander';
import { UsageError } from '../errors.js';
import { type CliIo, processIo } from './cli-io.js';
import { painter } from './colour.js';
import type { CommandContext } from './command-context.js';
import { EXIT, exitCodeOf, isCommanderError } from './exit-code.js';
import { flagOf } from './flag-of.js';
import { formatError } from './format-error.js';
import type { SignalSource } from './interruption.js';
import { normaliseArgv } from './normalise-argv.js';

/** Where a command line runs; the process by default. */
export interface RunCliOptions {
  readonly io?: CliIo;
  readonly signals?: SignalSource;
  /** Ends the process after a second interruption; default `process.exit`. */
  readonly exit?: (code: number) => void;
}

/** Runs the command line of this process and sets its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await runCli(argv);
}

/**
 * Runs one command line.
 *
 * @param argv arguments without the program's own name
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted
 */
export async function runCli(argv: readonly string[], options: RunCliOptions = {}): Promise<number> {
  const { io = processIo() } = options;
  const context: CommandContext = { ...options, io, exitCode: EXIT.done };
  const debug = argv.includes('--debug');
  // Loaded with the first command line: who imports the library does without every command and its flags.
  const { buildProgram } = await import('./program.js');
  const program = buildProgram(context);
  try {
    if (argv.length === 0) {
      io.err(program.helpInformation());
      throw new UsageError('No command was given', { fix: 'give one of the commands above, for example: ptychokit demo' });
    }
    await program.parseAsync(normaliseArgv(argv), { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (!isCommanderError(error)) io.err(formatError(error, { paint: painter(io), debug, flagOf: knownFlag(program) }));
    return exitCodeOf(error);
  }
}

/** Flag of a configuration field, where a command has one. */
function knownFlag(program: Command): (field: string) => string | undefined {
  const flags = new Set(program.commands.flatMap((command) => command.options.map((option) => option.long)));
  return (field) => (flags.has(`--${flagOf(field)}`) ? flagOf(field) : undefined);
}
