import { Command, Option } from 'commander';
import { packageVersion } from '../package-version.js';
import { painter } from './colour.js';
import type { CommandContext } from './command-context.js';
import { addArchiveCommand } from './commands/archive.js';
import { addCacheCommand } from './commands/cache.js';
import { addCompareCommand } from './commands/compare.js';
import { addCompletionCommand } from './commands/completion.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addExportCommand } from './commands/export.js';
import { addFitCommand } from './commands/fit.js';
import { addGenerateCommand } from './commands/generate.js';
import { addInferCommand } from './commands/infer.js';
import { addInitCommand } from './commands/init.js';
import { addInspectCommand } from './commands/inspect.js';
import { addOverlapCommand } from './commands/overlap.js';
import { addPrepareCommand } from './commands/prepare.js';
import { addReconstructCommand } from './commands/reconstruct.js';
import { addReportCommand } from './commands/report.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addSolveCommand } from './commands/solve.js';
import { addStudyCommand } from './commands/study.js';
import { addTrainCommand } from './commands/train.js';
import { addVerifyCommand } from './commands/verify.js';
import { withFlagMeant } from './unknown-flag.js';

const EXAMPLES = `
Examples:
  $ ptychokit simulate --output scan.npz                     # a scan to try things on
  $ ptychokit inspect scan.npz                               # what is in it
  $ ptychokit fit scan.npz --output-dir out --max-epochs 20  # train, reconstruct, draw
  $ ptychokit solve scan.npz --output-dir iterative          # the same object without a network
  $ ptychokit study --profile quick                          # doses by overlaps, in minutes
`;

const EXIT_CODES = `
Exit codes: 0 done, 1 a job failed, 2 wrong usage or input, 130 interrupted.
Flags may be written with dashes or underscores. Results go to standard output, progress and errors to standard error.`;

/** The command line as a tree of commands; nothing heavy is loaded before a command runs. */
export function buildProgram(context: CommandContext): Command {
  const program = new Command('ptychokit')
    .description('Ptychography on the command line: look at scans, train a network on one, reconstruct its object.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES + EXIT_CODES);
  configure(program, context);
  for (const add of [
    addFitCommand,
    addInferCommand,
    addInspectCommand,
    addPrepareCommand,
    addExportCommand,
    addSimulateCommand,
    addSolveCommand,
    addInitCommand,
    addStudyCommand,
    addGenerateCommand,
    addOverlapCommand,
    addTrainCommand,
    addReconstructCommand,
    addCompareCommand,
    addReportCommand,
    addVerifyCommand,
    addArchiveCommand,
    addDoctorCommand,
    addCacheCommand,
    addDemoCommand,
    addCompletionCommand,
  ]) {
    const command = add(program, context);
    command.helpOption('-h, --help', 'print this help');
    command.configureOutput({ outputError: (text, write) => write(labelled(withFlagMeant(text, command), context)) });
    command.addOption(new Option('--debug', 'shows the stack of an error').helpGroup(GENERAL));
  }
  return program;
}

const GENERAL = 'General:';

/** Set on the root before commands are added, which inherit it. */
function configure(program: Command, context: CommandContext): void {
  const { io } = context;
  program
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: (text, write) => write(labelled(withFlagMeant(text, program), context)),
      getErrHasColors: () => false,
      getOutHasColors: () => false,
    })
    .configureHelp({ optionTerm: (option) => optionTerm(program, option), showGlobalOptions: false });
}

const labelled = (text: string, { io }: CommandContext): string => text.replace(/^error:/, painter(io)('red', 'error:'));

/** A switch is shown once, with both of its spellings. */
function optionTerm(program: Command, option: Option): string {
  if (option.long === '--enable-checkpointing') return '--enable-checkpointing, --disable-checkpointing';
  const command = program.commands.find((candidate) => candidate.options.includes(option));
  const negative = `--no-${option.long?.slice(2)}`;
  const isSwitch = command?.options.some((other) => other.long === negative);
  return isSwitch ? `--[no-]${option.long?.slice(2)}` : option.flags;
}
