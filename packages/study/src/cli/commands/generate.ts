import { type Command, Option } from 'commander';
import type { GenerateResult } from '../../generate/generate-data.js';
import type { DoseResult } from '../../manifests/dose-record-kind.js';
import { doseLabel } from '../../study-layout.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { asCount, asNumber } from '../number-arguments.js';
import { jsonText, resultText } from '../result-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit generate --base-npz scan.npz --output-root tmp/c
  $ ptychokit generate --base-npz scan.npz --output-root tmp/c --dose 1000
  $ ptychokit generate --base-npz scan.npz --output-root tmp/c --design design.yaml --jobs 2`;

interface GenerateFlags extends CommonFlags {
  readonly baseNpz: string;
  readonly outputRoot: string;
  readonly design?: string;
  readonly dose?: number;
  readonly jobs?: number;
  readonly seed?: number;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

/** Declares `ptychokit generate`, phase C. */
export function addGenerateCommand(program: Command, context: CommandContext): Command {
  return program
    .command('generate')
    .summary('phase C: simulate every dose on one base scan')
    .description('Simulates the doses of a study on the object, probe and positions of a base scan, and splits them into train and test.')
    .requiredOption('--base-npz <path>', 'scan file with objectGuess, probeGuess, xcoords, ycoords')
    .requiredOption('--output-root <path>', 'directory for the doses and run_manifest.json')
    .option('--design <file>', 'YAML or JSON file with the study design (default: the canonical one)')
    .addOption(new Option('--dose <number>', 'this dose of the design only').argParser(asNumber))
    .addOption(new Option('--seed <integer>', 'seed of the photon noise (default: that of the design)').argParser(asNumber))
    .addOption(new Option('--jobs <integer>', 'doses at once, each in its own process (default: one per core)').argParser(asCount))
    .option('--dry-run', 'checks the base scan, says what would be made, writes nothing')
    .option('--wait', 'waits for another process at work under the same root')
    .option('--json', 'prints the results as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((flags: GenerateFlags) => runGenerate(context, flags));
}

async function runGenerate(context: CommandContext, flags: GenerateFlags): Promise<void> {
  const { generateData } = await import('../../generate/generate-data.js');
  const { studyDesignFrom } = await import('../../study-profile.js');
  const { automaticRunner } = await import('../../runners/automatic.js');
  const { inProcessRunner } = await import('../../runners/in-process.js');
  const { baseNpz: basePath, outputRoot, dose, jobs, seed, dryRun, wait } = flags;
  const design = studyDesignFrom({ file: flags.design, overrides: { 'seeds.simulation': seed } });
  const runner = jobs === 1 ? inProcessRunner() : automaticRunner({ workers: jobs });
  const request = { basePath, outputRoot, design, dose, runner, dryRun, wait };
  const result = await longRun(context, flags, (run) => generateData(request, run));
  report(context, result);
  const shown = { manifest: result.manifestPath, doses: result.jobs.map((job, i) => ({ dose: job.dose, ...result.results[i] })) };
  context.io.out(flags.json === true ? jsonText(shown) : generateText(result));
}

/** Failures are errors and go to standard error, also where progress is switched off. */
function report(context: CommandContext, { jobs, results }: GenerateResult): void {
  jobs.forEach(({ dose, artifactDir }, i) => {
    const { status, error } = results[i] as DoseResult;
    if (status !== 'failed') return;
    context.exitCode = EXIT.failed;
    context.io.err(`error: dose ${doseLabel(dose)} failed: ${error ?? 'unknown reason'}\n  directory: ${artifactDir}\n`);
  });
}

function generateText({ jobs, results, manifestPath }: GenerateResult): string {
  const rows = jobs.map(({ dose, artifactDir, frameCount }, i): readonly [string, string] => {
    const { status, train_frames, test_frames } = results[i] as DoseResult;
    const text = {
      completed: `${train_frames} train, ${test_frames} test`,
      failed: 'failed',
      dry_run: `would simulate ${frameCount} frames`,
    };
    return [`dose=${doseLabel(dose)}`, `${text[status]}  ${artifactDir}`];
  });
  return resultText([...rows, ['manifest', manifestPath ?? undefined]]);
}
