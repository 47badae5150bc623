import { describeFields, executionConfigSchema, loadExecutionConfig, trainingConfigSchema } from '@ptychokit/config';
import { type Command, Option } from 'commander';
import type { ModelChoice } from '../../jobs/training-job.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { addFieldOptions, fieldOptions, overridesFrom } from '../field-options.js';
import { asNumber } from '../number-arguments.js';
import { addRunnerOptions, type RunnerFlags, runnerFrom, scriptText } from '../runner-options.js';

/** What the job decides is no flag. */
const DECIDED = ['trainDataFile', 'testDataFile', 'outputDir', 'positionsProvided', 'debug', 'nphotons', 'model.N', 'model.gridsize'];
export const TRAINING_FIELDS = fieldOptions(describeFields(trainingConfigSchema), DECIDED);
export const EXECUTION_FIELDS = fieldOptions(describeFields(executionConfigSchema));

const EXAMPLES = `
Examples:
  $ ptychokit train --phase-c-root tmp/c --phase-d-root tmp/d --artifact-root reports/train
  $ ptychokit train --phase-c-root tmp/c --phase-d-root tmp/d --artifact-root reports/train \\
                    --dose 1000 --view baseline --gridsize 1 --max-epochs 1 --n-images 32 --deterministic
  $ ptychokit train --phase-c-root tmp/c --phase-d-root tmp/d --artifact-root reports/train --runner slurm --partition main --jobs 4`;

interface TrainFlags extends CommonFlags, RunnerFlags {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
  readonly artifactRoot: string;
  readonly design?: string;
  readonly dose?: number;
  readonly view?: string;
  readonly gridsize?: number;
  readonly model?: ModelChoice;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly pictures?: boolean;
}

/** Declares `ptychokit train`, phase E. */
export function addTrainCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('train')
    .summary('phase E: train on every dose and view, with one manifest')
    .description('Trains one model for each dose and view that phases C and D wrote, and writes bundles with digests and a manifest.')
    .requiredOption('--phase-c-root <path>', 'directory that generate wrote')
    .requiredOption('--phase-d-root <path>', 'directory that overlap wrote')
    .requiredOption('--artifact-root <path>', 'directory for results and manifest')
    .option('--design <file>', 'YAML or JSON file with the study design')
    .addOption(new Option('--dose <number>', 'trains this dose only').argParser(asNumber))
    .option('--view <name>', 'trains this view only')
    .addOption(new Option('--gridsize <integer>', 'trains views of this gridsize only').argParser(asNumber))
    .addOption(
      new Option('--model <kind>', 'networks of each view: pinn (default), supervised (baseline on true patches) or both').choices([
        'pinn',
        'supervised',
        'both',
      ]),
    )
    .option('--pictures', 'draws the reconstruction of the test scan of each job')
    .option('--dry-run', 'checks configuration and data, says what would be trained, trains nothing')
    .option('--wait', 'waits for another process at work under the same artifact root')
    .option('--json', 'prints the manifest as JSON')
    .addHelpText('after', EXAMPLES)
    .action((flags: TrainFlags) => runTrain(context, flags));
  addRunnerOptions(command, { printScript: true });
  addFieldOptions(command, TRAINING_FIELDS, { group: 'Training:', fromFile: true });
  return addFieldOptions(command, EXECUTION_FIELDS, { group: 'Execution:', fromFile: false });
}

async function runTrain(context: CommandContext, flags: TrainFlags): Promise<void> {
  const values = flags as unknown as Readonly<Record<string, unknown>>;
  const { phaseCRoot, phaseDRoot, artifactRoot, dose, view, gridsize, dryRun, wait, pictures } = flags;
  const { loadStudyDesign } = await import('@ptychokit/config');
  const { planMatrix, trainMatrix } = await import('../../train-matrix.js');
  const { matrixLines, reportMatrix } = await import('../matrix-result.js');
  const request = {
    ...{ phaseCRoot, phaseDRoot, artifactRoot, dryRun, wait, pictures },
    design: loadStudyDesign({ file: flags.design }),
    filters: { dose, view, gridsize },
    models: flags.model,
    training: overridesFrom(values, TRAINING_FIELDS),
    execution: loadExecutionConfig({ overrides: overridesFrom(values, EXECUTION_FIELDS) }),
    runner: await runnerFrom(flags, artifactRoot),
  };
  if (flags.printScript === true) {
    const { jobs } = await planMatrix(request);
    return context.io.out(await scriptText('train', flags, { root: artifactRoot, tasks: jobs.length }));
  }
  const result = await longRun(context, flags, (run) => trainMatrix(request, run));
  reportMatrix(context, result);
  if (result.results.some(({ status }) => status === 'failed')) context.exitCode = EXIT.failed;
  context.io.out(flags.json === true ? `${JSON.stringify(result.written?.manifest ?? null, undefined, 2)}\n` : matrixLines(result));
}
