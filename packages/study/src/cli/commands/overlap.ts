import { type Command, Option } from 'commander';
import type { OverlapResult } from '../../overlap/overlap-views.js';
import type { ViewOutcome } from '../../overlap/view-job.js';
import { doseLabel, SPLITS } from '../../study-layout.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { asNumber } from '../number-arguments.js';
import { jsonText, resultText } from '../result-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit overlap --phase-c-root tmp/c --output-root tmp/d --artifact-root reports/overlap
  $ ptychokit overlap --phase-c-root tmp/c --output-root tmp/d --view dense --dry-run`;

interface OverlapFlags extends CommonFlags {
  readonly phaseCRoot: string;
  readonly outputRoot: string;
  readonly artifactRoot?: string;
  readonly design?: string;
  readonly dose?: number;
  readonly view?: string;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

/** Declares `ptychokit overlap`, phase D. */
export function addOverlapCommand(program: Command, context: CommandContext): Command {
  return program
    .command('overlap')
    .summary('phase D: select the views of every dose and measure their overlap')
    .description('Selects the images of every view by their spacing, writes them, and measures how much they overlap.')
    .requiredOption('--phase-c-root <path>', 'directory that generate wrote')
    .requiredOption('--output-root <path>', 'directory for the views and metrics_bundle.json')
    .option('--artifact-root <path>', 'directory that gets the bundle of metrics as evidence')
    .option('--design <file>', 'YAML or JSON file with the study design (default: the canonical one)')
    .addOption(new Option('--dose <number>', 'this dose only').argParser(asNumber))
    .option('--view <name>', 'this view only')
    .option('--dry-run', 'selects and measures, writes nothing')
    .option('--wait', 'waits for another process at work under the same root')
    .option('--json', 'prints the outcomes as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((flags: OverlapFlags) => runOverlap(context, flags));
}

async function runOverlap(context: CommandContext, flags: OverlapFlags): Promise<void> {
  const { overlapViews } = await import('../../overlap/overlap-views.js');
  const { studyDesignFrom } = await import('../../study-profile.js');
  const { phaseCRoot, outputRoot, artifactRoot, dose, view, dryRun, wait } = flags;
  const design = studyDesignFrom({ file: flags.design });
  const request = { phaseCRoot, outputRoot, artifactRoot, design, filters: { dose, view }, dryRun, wait };
  const result = await longRun(context, flags, (run) => overlapViews(request, run));
  if (result.outcomes.some(({ status }) => status === 'failed')) context.exitCode = EXIT.failed;
  const outcomes = result.jobs.map((job, i) => ({ dose: job.dose, view: job.view.name, ...result.outcomes[i] }));
  context.io.out(flags.json === true ? jsonText({ bundles: result.bundlePaths, views: outcomes }) : overlapText(result));
}

function overlapText({ jobs, outcomes, bundlePaths }: OverlapResult): string {
  const rows = jobs.map(({ dose, view }, i): readonly [string, string] => [
    `${view.name}/dose=${doseLabel(dose)}`,
    outcomeText(outcomes[i] as ViewOutcome),
  ]);
  return resultText([...rows, ...bundlePaths.map((path) => ['metrics', path] as const)]);
}

function outcomeText(outcome: ViewOutcome): string {
  if (outcome.status === 'skipped' || outcome.status === 'failed') return `${outcome.status}: ${outcome.reason.split('\n')[0]}`;
  const numbers = SPLITS.map((split) => {
    const metrics: Readonly<Record<string, unknown>> =
      outcome.status === 'dry_run' ? outcome.metrics[split] : outcome.record[split].metrics;
    const overlap = ['metric_1_group_based_avg', 'metric_2_image_based_avg', 'metric_3_group_to_group_avg'].map((key) =>
      number(metrics[key]),
    );
    return `${split} ${metrics.n_images_subsampled}/${metrics.n_images_total} images, overlap ${overlap.join(' ')}`;
  });
  return numbers.join('; ');
}

const number = (value: unknown): string => (typeof value === 'number' ? value.toFixed(3) : '-');
