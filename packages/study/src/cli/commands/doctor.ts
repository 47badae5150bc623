import type { Command } from 'commander';
import type { CommandContext, CommonFlags } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../result-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit doctor
  $ ptychokit doctor --json`;

/** Declares `ptychokit doctor`. */
export function addDoctorCommand(program: Command, context: CommandContext): Command {
  return program
    .command('doctor')
    .summary('say whether the engine works here')
    .description('Looks at engine, processor and settings, measures the speed, and says what is wrong and how to mend it.')
    .option('--json', 'prints the diagnosis as JSON')
    .addHelpText('after', EXAMPLES)
    .action((flags: CommonFlags) => runDoctor(context, flags));
}

async function runDoctor(context: CommandContext, flags: CommonFlags): Promise<void> {
  const { diagnose, formatDiagnosis } = await import('@ptychokit/trainer');
  const diagnosis = await diagnose();
  context.io.out(flags.json === true ? jsonText(diagnosis) : `${formatDiagnosis(diagnosis)}\n`);
  if (!diagnosis.ok) context.exitCode = EXIT.failed;
}
