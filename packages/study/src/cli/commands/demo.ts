import type { Command } from 'commander';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { jsonText, resultText } from '../result-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit demo
  $ ptychokit demo --output-dir somewhere`;

interface DemoFlags extends CommonFlags {
  readonly outputDir: string;
}

/** Declares `ptychokit demo`, the main job of `npm start`. */
export function addDemoCommand(program: Command, context: CommandContext): Command {
  return program
    .command('demo')
    .summary('simulate, train, reconstruct, compare: the whole way in a few minutes')
    .description(
      'Simulates a small scan, trains on it, reconstructs it again from the stored model alone, and says where the pictures are.',
    )
    .option('--output-dir <path>', 'directory for everything it makes', 'out/demo')
    .option('--json', 'prints the record of the training run as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((flags: DemoFlags) => runDemoCommand(context, flags));
}

async function runDemoCommand(context: CommandContext, flags: DemoFlags): Promise<void> {
  const { runDemo } = await import('../../demo.js');
  const { fit, truth } = await longRun(context, flags, (run) => runDemo({ outputDir: flags.outputDir }, run));
  if (flags.json === true) return context.io.out(jsonText(fit.record));
  const rows = [
    ['relative residual', fit.record.relative_residual.toPrecision(4)],
    ['model', `${fit.bundle.path}, SHA256 ${fit.bundle.sha256}`],
    ['from the model alone', 'the same object, bit for bit'],
    ['reconstructed', `${fit.files.amplitude}, ${fit.files.phase}`],
    ['true object', `${truth.amplitude}, ${truth.phase}`],
    ['loss', fit.files.loss],
  ] as const;
  context.io.out(`${resultText(rows)}\nThe pictures are in ${flags.outputDir}.\n`);
}
