import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadExecutionConfig } from '@ptychokit/config';
import { type Command, Option } from 'commander';
import type { CompareResult } from '../../compare/compare-study.js';
import { cellLabel } from '../../compare/comparison-cell.js';
import type { WrittenReport } from '../../report/write-report.js';
import { SPLITS, type Split } from '../../study-layout.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { addFieldOptions, overridesFrom } from '../field-options.js';
import { asNumber } from '../number-arguments.js';
import { resultText } from '../result-text.js';
import { addRunnerOptions, type RunnerFlags, runnerFrom } from '../runner-options.js';
import { reportLines } from './report.js';
import { SOLVE_EXECUTION } from './solve.js';

const EXAMPLES = `
Examples:
  $ ptychokit compare out/study
  $ ptychokit compare out/study --dose 1000 --split test
  $ ptychokit compare --phase-c-root tmp/c --phase-d-root tmp/d --train-root tmp/e --reconstruct-root tmp/f --output-root tmp/g`;

interface CompareFlags extends CommonFlags, RunnerFlags {
  readonly phaseCRoot?: string;
  readonly phaseDRoot?: string;
  readonly trainRoot?: string;
  readonly reconstructRoot?: string;
  readonly outputRoot?: string;
  readonly design?: string;
  readonly dose?: number;
  readonly view?: string;
  readonly split?: Split;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly report: boolean;
}

/** Declares `ptychokit compare`, phase G. */
export function addCompareCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('compare')
    .summary('phase G: score networks and iterative results against the truth')
    .description(
      'Lays what every method made of every cell over the truth, all in the same way, scores them on the same pixels, and reports.',
    )
    .argument('[root]', 'directory of a study (data, views, models, reconstructions in it)', '.')
    .option('--phase-c-root <path>', 'directory that generate wrote (default: <root>/data)')
    .option('--phase-d-root <path>', 'directory that overlap wrote (default: <root>/views)')
    .option('--train-root <path>', 'directory that train wrote (default: <root>/models)')
    .option('--reconstruct-root <path>', 'directory that reconstruct wrote (default: <root>/reconstructions)')
    .option('--output-root <path>', 'directory for the comparison (default: <root>/comparison)')
    .option('--design <file>', 'YAML or JSON file with the study design (default: <root>/design.yaml)')
    .addOption(new Option('--dose <number>', 'compares this dose only').argParser(asNumber))
    .option('--view <name>', 'compares this view only')
    .addOption(new Option('--split <half>', 'compares this half only').choices([...SPLITS]))
    .option('--no-report', 'writes no report.html')
    .option('--dry-run', 'says what would be compared, writes nothing')
    .option('--wait', 'waits for another process at work under the same root')
    .option('--json', 'prints the manifest as JSON')
    .addHelpText('after', EXAMPLES)
    .action((root: string, flags: CompareFlags) => runCompare(context, root, flags));
  addRunnerOptions(command);
  return addFieldOptions(command, SOLVE_EXECUTION, { group: 'Execution:', fromFile: false });
}

async function runCompare(context: CommandContext, root: string, flags: CompareFlags): Promise<void> {
  const values = flags as unknown as Readonly<Record<string, unknown>>;
  const { dose, view, split, dryRun, wait } = flags;
  const { studyDesignFrom } = await import('../../study-profile.js');
  const { compareStudy } = await import('../../compare/compare-study.js');
  const stored = join(root, 'design.yaml');
  const roots = {
    data: flags.phaseCRoot ?? join(root, 'data'),
    views: flags.phaseDRoot ?? join(root, 'views'),
    models: flags.trainRoot ?? join(root, 'models'),
    reconstructions: flags.reconstructRoot ?? join(root, 'reconstructions'),
    comparison: flags.outputRoot ?? join(root, 'comparison'),
  };
  const request = {
    ...{ roots, dryRun, wait },
    design: studyDesignFrom({ file: flags.design ?? (existsSync(stored) ? stored : undefined) }),
    filters: { dose, view, split },
    execution: loadExecutionConfig({ overrides: overridesFrom(values, SOLVE_EXECUTION) }),
    runner: await runnerFrom(flags, roots.comparison),
    command: commandText(root, flags),
  };
  const { result, report } = await longRun(context, flags, async (run) => {
    const compared = await compareStudy(request, run);
    const { writeReport } = await import('../../report/write-report.js');
    const wanted = flags.report && compared.written !== null;
    return { result: compared, report: wanted ? await writeReport({ root: roots.comparison }, run) : undefined };
  });
  if (result.outcomes.some(({ status }) => status === 'failed')) context.exitCode = EXIT.failed;
  const { written } = result;
  context.io.out(flags.json === true ? `${JSON.stringify(written?.manifest ?? null, undefined, 2)}\n` : compareText(result, report));
}

/** What repeats the comparison, in the directory of the study where it lies together. */
function commandText(root: string, flags: CompareFlags): string {
  const named = { 'phase-c-root': flags.phaseCRoot, 'phase-d-root': flags.phaseDRoot, 'train-root': flags.trainRoot };
  const others = { 'reconstruct-root': flags.reconstructRoot, 'output-root': flags.outputRoot, design: flags.design };
  const given = Object.entries({ ...named, ...others }).flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  const filters = Object.entries({ dose: flags.dose, view: flags.view, split: flags.split });
  const chosen = filters.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${value}`]));
  return ['ptychokit compare', given.length === 0 ? '.' : root, ...given, ...chosen].join(' ');
}

function compareText({ cells, outcomes, skipped, written }: CompareResult, report: WrittenReport | undefined): string {
  const rows = cells.map((cell, i): readonly [string, string] => [cellLabel(cell), outcomeText(outcomes[i])]);
  const left = skipped.map(({ view, dose, reason }) => [`${view}/dose=${dose}`, `left out: ${reason.split('\n')[0]}`] as const);
  return resultText([
    ...rows,
    ...left,
    ['metrics', written?.metricsCsv],
    ['manifest', written?.manifestPath],
    ...(report === undefined ? [] : reportLines(report)),
  ]);
}

function outcomeText(outcome: CompareResult['outcomes'][number] | undefined): string {
  if (outcome === undefined) return 'would be compared';
  if (outcome.status !== 'completed') return `failed: ${outcome.error?.split('\n')[0]}`;
  const ssim = (value: number | null | undefined): string => value?.toFixed(3) ?? '-';
  return outcome.methods
    .map(({ label, status, metrics }) =>
      status === 'scored' ? `${label} ${ssim(metrics.amplitude_ssim)}/${ssim(metrics.phase_ssim)}` : `${label} ${status}`,
    )
    .join('  ');
}
