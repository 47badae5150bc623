import { describeFields, executionConfigSchema, loadExecutionConfig, trainingConfigSchema } from '@ptychokit/config';
import type { Command } from 'commander';
import type { FitScanResult } from '../../fit-scan.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { durationText } from '../duration-text.js';
import { addFieldOptions, fieldOptions, overridesFrom } from '../field-options.js';
import { addHintOptions, type HintFlags, servicesFor } from '../hint-options.js';
import { jsonText, planText, resultText } from '../result-text.js';

const TRAINING = fieldOptions(describeFields(trainingConfigSchema), ['trainDataFile', 'positionsProvided', 'debug']);
const EXECUTION = fieldOptions(describeFields(executionConfigSchema));
const isModel = ({ field }: { readonly field: { readonly path: string } }): boolean => field.path.startsWith('model.');

const EXAMPLES = `
Examples:
  $ ptychokit fit scan.npz --output-dir out
  $ ptychokit fit scan.npz --output-dir out --max-epochs 20 --batch-size 8 --deterministic
  $ ptychokit fit scan.npz --output-dir out --gridsize 2 --object-mode single --neighbor-count 7
  $ ptychokit fit scan.cxi --output-dir out --crop 128
  $ ptychokit fit scan_dp.hdf5 --output-dir out --energy-ev 8800 --distance-m 1.9 --detector-pixel-m 75e-6
  $ ptychokit fit scan.npz --config run.yaml --seed 7 --json > result.json`;

interface FitFlags extends CommonFlags, HintFlags {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly profile?: boolean;
}

/** Declares `ptychokit fit`. */
export function addFitCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('fit')
    .summary('train on one scan and reconstruct its object')
    .description('Trains the network on one scan, stitches the object, and writes model, reconstruction, figures and a record.')
    .argument('<scan>', 'scan file: NPZ, CXI, PtychoShelves pair, ptypy .ptyd, ptychodus product')
    .option('--config <file>', 'YAML or JSON file with configuration fields; flags win over it')
    .option('--dry-run', 'checks configuration and data, says what would be done, writes nothing')
    .option('--json', 'prints the record of the run as JSON')
    .option('--profile', 'prints at the end where the time went, by stage and by kernel of the engine')
    .addHelpText('after', EXAMPLES)
    .action((scan: string, flags: FitFlags) => runFit(context, scan, flags));
  addFieldOptions(
    command,
    TRAINING.filter((option) => !isModel(option)),
    { group: 'Training:', fromFile: true },
  );
  addFieldOptions(command, TRAINING.filter(isModel), { group: 'Network:', fromFile: true });
  addHintOptions(command);
  return addFieldOptions(command, EXECUTION, { group: 'Execution:', fromFile: false });
}

async function runFit(context: CommandContext, scan: string, flags: FitFlags): Promise<void> {
  const values = flags as Readonly<Record<string, unknown>>;
  const execution = loadExecutionConfig({ overrides: overridesFrom(values, EXECUTION) });
  const services = await servicesFor(flags);
  const { configForScan } = await import('../../config-for-scan.js');
  const config = await configForScan(scan, { file: flags.config, overrides: overridesFrom(values, TRAINING) }, services);
  if (flags.dryRun === true) {
    const { planFit } = await import('../../plan-fit.js');
    const plan = await planFit({ config, execution }, services);
    return context.io.out(planText(plan, flags));
  }
  const { fitScan } = await import('../../fit-scan.js');
  const { formatProfile, Profiler } = await import('@ptychokit/trainer');
  const profiler = flags.profile === true ? new Profiler() : undefined;
  const result = await longRun(context, flags, (run) => fitScan({ config, execution }, { ...services, ...run, profiler }));
  if (profiler !== undefined) context.io.err(formatProfile(profiler.report()));
  context.io.out(flags.json === true ? jsonText(result.record) : fitText(result));
}

/** What a person wants to know at the end. */
export function fitText({ record, files, bundle }: FitScanResult): string {
  const seconds = Object.values(record.timings_s).reduce((a, b) => a + b, 0);
  return resultText([
    ['relative residual', record.relative_residual.toPrecision(4)],
    ['amplitude', files.amplitude],
    ['phase', files.phase],
    ['loss', files.loss],
    ['object', files.reconstruction],
    ['record', files.record],
    ['time', durationText(seconds)],
    ['bundle', bundle.path],
    ['SHA256', bundle.sha256],
  ]);
}
