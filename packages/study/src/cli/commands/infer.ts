import { describeFields, executionConfigSchema, inferenceConfigSchema, loadExecutionConfig } from '@ptychokit/config';
import type { Command } from 'commander';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { addFieldOptions, fieldOptions, overridesFrom } from '../field-options.js';
import { addHintOptions, type HintFlags, servicesFor } from '../hint-options.js';
import { jsonText, planText, resultText } from '../result-text.js';

const INFERENCE = fieldOptions(describeFields(inferenceConfigSchema));
const EXECUTION = fieldOptions(describeFields(executionConfigSchema)).filter(({ flag }) =>
  ['accelerator', 'threads', 'deterministic', 'quiet'].includes(flag),
);

const EXAMPLES = `
The grouping follows the training of the model (its seed and neighbour count) unless flags say otherwise.

Examples:
  $ ptychokit infer --model-path out --test-data scan.npz --output-dir out2
  $ ptychokit infer --model-path out/wts.h5.zip --test-data scan.npz --output-dir out2 --stitch-weights uniform --stitch-size 20`;

interface InferFlags extends CommonFlags, HintFlags {
  readonly config?: string;
  readonly dryRun?: boolean;
}

/** Declares `ptychokit infer`. */
export function addInferCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('infer')
    .summary('reconstruct a scan with a stored model')
    .description('Reconstructs a scan from a model archive alone, and writes the object, figures and a record.')
    .option('--config <file>', 'YAML or JSON file with configuration fields; flags win over it')
    .option('--dry-run', 'checks configuration, model and data, says what would be done, writes nothing')
    .option('--json', 'prints the record of the run as JSON')
    .addHelpText('after', EXAMPLES)
    .action((flags: InferFlags) => runInfer(context, flags));
  addFieldOptions(command, INFERENCE, { group: 'Inference:', fromFile: true });
  addHintOptions(command);
  return addFieldOptions(command, EXECUTION, { group: 'Execution:', fromFile: false });
}

async function runInfer(context: CommandContext, flags: InferFlags): Promise<void> {
  const values = flags as Readonly<Record<string, unknown>>;
  const execution = loadExecutionConfig({ overrides: overridesFrom(values, EXECUTION) });
  const config = { file: flags.config, overrides: overridesFrom(values, INFERENCE) };
  const services = await servicesFor(flags);
  if (flags.dryRun === true) {
    const { planInfer } = await import('../../plan-infer.js');
    return context.io.out(planText(await planInfer({ config, execution }, services), flags));
  }
  const { inferScan } = await import('../../infer-scan.js');
  const { record, files } = await longRun(context, flags, (run) => inferScan({ config, execution }, { ...services, ...run }));
  if (flags.json === true) return context.io.out(jsonText(record));
  const rows = [
    ['relative residual', record.relative_residual.toPrecision(4)],
    ['amplitude', files.amplitude],
    ['phase', files.phase],
    ['object', files.reconstruction],
    ['record', files.record],
  ] as const;
  context.io.out(resultText(rows));
}
