import { describeFields, loadExecutionConfig, solveConfigSchema } from '@ptychokit/config';
import { type Command, Option } from 'commander';
import type { ReconstructMatrixRequest, ReconstructMatrixResult } from '../../reconstruct/reconstruct-matrix.js';
import { reconstructionLabel } from '../../reconstruct/reconstruction-job.js';
import { SPLITS, type Split } from '../../study-layout.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { addFieldOptions, fieldOptions, overridesFrom } from '../field-options.js';
import { addGeometryOptions, type GeometryFlags, geometryFrom } from '../geometry-options.js';
import { countText } from '../matrix-result.js';
import { asNumber } from '../number-arguments.js';
import { resultText } from '../result-text.js';
import { addRunnerOptions, type RunnerFlags, runnerFrom, scriptText } from '../runner-options.js';
import { SOLVE_EXECUTION } from './solve.js';

/** What the job decides is no flag. */
const DECIDED = ['scanFile', 'outputDir', 'nphotons'];
const SOLVE = fieldOptions(describeFields(solveConfigSchema), DECIDED);

const EXAMPLES = `
Examples:
  $ ptychokit reconstruct --phase-c-root tmp/c --phase-d-root tmp/d --artifact-root tmp/f
  $ ptychokit reconstruct --phase-c-root tmp/c --phase-d-root tmp/d --artifact-root tmp/f --dose 1000 --view dense --split test --epochs 50`;

interface ReconstructFlags extends CommonFlags, RunnerFlags, GeometryFlags {
  readonly phaseCRoot: string;
  readonly phaseDRoot: string;
  readonly artifactRoot: string;
  readonly design?: string;
  readonly dose?: number;
  readonly view?: string;
  readonly split?: Split;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

/** Declares `ptychokit reconstruct`, phase F. */
export function addReconstructCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('reconstruct')
    .summary('phase F: reconstruct every dose and view iteratively')
    .description('Reconstructs both halves of each view that phases C and D wrote with LSQ-ML, ePIE or rPIE, with one manifest.')
    .requiredOption('--phase-c-root <path>', 'directory that generate wrote')
    .requiredOption('--phase-d-root <path>', 'directory that overlap wrote')
    .requiredOption('--artifact-root <path>', 'directory for results and manifest')
    .option('--design <file>', 'YAML or JSON file with the study design')
    .addOption(new Option('--dose <number>', 'reconstructs this dose only').argParser(asNumber))
    .option('--view <name>', 'reconstructs this view only')
    .addOption(new Option('--split <half>', 'reconstructs this half only').choices([...SPLITS]))
    .option('--dry-run', 'checks the configuration, says what would be reconstructed, reconstructs nothing')
    .option('--wait', 'waits for another process at work under the same artifact root')
    .option('--json', 'prints the manifest as JSON')
    .addHelpText('after', EXAMPLES)
    .action((flags: ReconstructFlags) => runReconstruct(context, flags));
  addRunnerOptions(command, { printScript: true });
  addFieldOptions(command, SOLVE, { group: 'Reconstruction:', fromFile: true });
  addGeometryOptions(command);
  return addFieldOptions(command, SOLVE_EXECUTION, { group: 'Execution:', fromFile: false });
}

async function runReconstruct(context: CommandContext, flags: ReconstructFlags): Promise<void> {
  const values = flags as unknown as Readonly<Record<string, unknown>>;
  const { phaseCRoot, phaseDRoot, artifactRoot, dose, view, split, dryRun, wait } = flags;
  const { studyDesignFrom } = await import('../../study-profile.js');
  const { planReconstructions, reconstructMatrix } = await import('../../reconstruct/reconstruct-matrix.js');
  const request: ReconstructMatrixRequest = {
    ...{ phaseCRoot, phaseDRoot, artifactRoot, dryRun, wait },
    design: studyDesignFrom({ file: flags.design }),
    filters: { dose, view, split },
    solve: overridesFrom(values, SOLVE),
    geometry: geometryFrom(flags),
    execution: loadExecutionConfig({ overrides: overridesFrom(values, SOLVE_EXECUTION) }),
    runner: await runnerFrom(flags, artifactRoot),
  };
  if (flags.printScript === true) {
    const { jobs } = await planReconstructions(request);
    return context.io.out(await scriptText('reconstruct', flags, { root: artifactRoot, tasks: jobs.length }));
  }
  const result = await longRun(context, flags, (run) => reconstructMatrix(request, run));
  reportFailures(context, result);
  if (result.results.some(({ status }) => status === 'failed')) context.exitCode = EXIT.failed;
  context.io.out(flags.json === true ? `${JSON.stringify(result.written?.manifest ?? null, undefined, 2)}\n` : resultLines(result));
}

function resultLines({ jobs, results, skipped, written }: ReconstructMatrixResult): string {
  const lines = jobs.flatMap((job, i) => {
    const { status, relative_residual, method, epochs_completed } = results[i] as (typeof results)[number];
    if (status === 'dry_run') return [`    → Would reconstruct [${reconstructionLabel(job)}]: ${job.scanPath}\n`];
    if (status !== 'completed') return [];
    const residual = relative_residual?.toPrecision(4) ?? '-';
    return [`    → Reconstructed [${reconstructionLabel(job)}]: ${method}, ${epochs_completed} epochs, relative residual ${residual}\n`];
  });
  const left = skipped.map(({ view, dose, reason }) => `${view}/dose=${dose} (${reason})`).join(', ');
  const rows = [
    ['jobs', countText(results.map(({ status }) => status))],
    ['skipped', left === '' ? undefined : left],
    ['manifest', written?.manifestPath],
    ['skip summary', written?.skipSummaryPath],
  ] as const;
  return lines.join('') + resultText(rows);
}

/** Failures are errors and go to standard error, also where progress is switched off. */
function reportFailures({ io }: CommandContext, { jobs, results }: ReconstructMatrixResult): void {
  jobs.forEach((job, i) => {
    const { status, error } = results[i] as (typeof results)[number];
    if (status === 'failed') io.err(`error: ${reconstructionLabel(job)} failed: ${error ?? 'unknown reason'}\n  log: ${job.logPath}\n`);
  });
}
