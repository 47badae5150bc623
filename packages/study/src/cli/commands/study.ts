import { existsSync } from 'node:fs';
import { loadExecutionConfig, type StudyDesign } from '@ptychokit/config';
import { type Command, Option } from 'commander';
import { UsageError } from '../../errors.js';
import { STUDY_PROFILES, type StudyProfile } from '../../study-profile.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { addFieldOptions, overridesFrom } from '../field-options.js';
import { jsonText } from '../result-text.js';
import { addRunnerOptions, type RunnerFlags, runnerFrom } from '../runner-options.js';
import { EXECUTION_FIELDS, TRAINING_FIELDS } from './train.js';

const EXAMPLES = `
Examples:
  $ ptychokit study --profile quick
  $ ptychokit study --profile standard --print-design > design.yaml
  $ ptychokit study --design design.yaml --output-dir out/mine --jobs 2
  $ ptychokit study --output-dir out/mine      # goes on where it stopped`;

interface StudyFlags extends CommonFlags, RunnerFlags {
  readonly outputDir: string;
  readonly profile?: StudyProfile;
  readonly design?: string;
  readonly baseNpz?: string;
  readonly printDesign?: boolean;
  readonly changeDesign?: boolean;
  readonly compare?: boolean;
  readonly pictures?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

/** Declares `ptychokit study`: all phases. */
export function addStudyCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('study')
    .summary('the whole study: every phase, one after another')
    .description('Simulates the doses, selects the views and trains on each of them. Repeated, it goes on where it stopped.')
    .option('--output-dir <path>', 'directory for everything the study makes', 'out/study')
    .addOption(
      new Option('--profile <name>', 'quick: minutes; standard (default): more frames and epochs; canonical: as the field does it').choices(
        [...STUDY_PROFILES],
      ),
    )
    .option('--design <file>', 'YAML or JSON file with the study design; wins over the profile')
    .option('--print-design', 'prints the design with every field explained, and does nothing else')
    .option('--change-design', 'goes on with another design than the directory was made with')
    .option(
      '--base-npz <path>',
      'scan file with objectGuess, probeGuess, xcoords, ycoords (default: one is simulated); its views have one group per image unless the design says otherwise',
    )
    .option(
      '--compare',
      'also trains supervised networks, reconstructs iteratively, and scores all against the truth (F and G); kept when repeated',
    )
    .option('--no-pictures', 'draws no reconstructions of the test scans')
    .option('--dry-run', 'checks the design, says what would be done, writes nothing')
    .option('--wait', 'waits for another process at work in the same directory')
    .option('--json', 'prints the manifest of the study as JSON')
    .addHelpText('after', EXAMPLES)
    .action((flags: StudyFlags) => runStudyCommand(context, flags));
  addRunnerOptions(command);
  addFieldOptions(command, TRAINING_FIELDS, { group: 'Training:', fromFile: true });
  return addFieldOptions(command, EXECUTION_FIELDS, { group: 'Execution:', fromFile: false });
}

async function runStudyCommand(context: CommandContext, flags: StudyFlags): Promise<void> {
  const { outputDir, printDesign, changeDesign, baseNpz: basePath, pictures, dryRun, wait } = flags;
  const { designText } = await import('../../study-profile.js');
  const { runStudy } = await import('../../study/run-study.js');
  const { COMPARISON_PHASES } = await import('../../study/study-phases.js');
  const { reportStudy, studyPlanText, studyText } = await import('../study-text.js');
  const design = await designFrom(flags);
  if (printDesign === true) return context.io.out(designText(design));
  if (flags.printScript === true)
    throw new UsageError('A study has more than one script', { fix: 'use --print-script with ptychokit train' });
  const values = flags as unknown as Readonly<Record<string, unknown>>;
  const execution = loadExecutionConfig({ overrides: overridesFrom(values, EXECUTION_FIELDS) });
  const request = {
    outputDir,
    design,
    basePath,
    execution,
    pictures,
    changeDesign,
    wait,
    dryRun,
    ...(flags.compare === true ? { phases: COMPARISON_PHASES } : {}),
  };
  const runner = await runnerFrom(flags, outputDir);
  const result = await longRun(context, flags, (run) => runStudy({ ...request, runner }, run));
  if (result.manifest === null) return context.io.out(flags.json === true ? jsonText({ design }) : studyPlanText(result));
  reportStudy(context, result.manifest);
  if (result.manifest.status !== 'completed') context.exitCode = EXIT.failed;
  context.io.out(flags.json === true ? jsonText(result.manifest) : studyText(result.manifest, { dir: outputDir, profile: flags.profile }));
}

/** What was asked for, on top of the design that the directory was made with where nothing else is named. */
async function designFrom({ outputDir, profile, design: file, baseNpz, ...flags }: StudyFlags): Promise<StudyDesign> {
  const { profileFor, studyDesignFrom } = await import('../../study-profile.js');
  const { studyRoots } = await import('../../study/study-roots.js');
  const training = overridesFrom(flags as unknown as Readonly<Record<string, unknown>>, TRAINING_FIELDS);
  const overrides = Object.fromEntries(Object.entries(training).map(([key, value]) => [`training.${key}`, value]));
  const stored = studyRoots(outputDir).design;
  const goesOn = profile === undefined && file === undefined && existsSync(stored);
  const chosen = profile ?? (file === undefined && !goesOn ? profileFor(baseNpz) : undefined);
  return studyDesignFrom({ profile: chosen, file: goesOn ? stored : file, overrides });
}
