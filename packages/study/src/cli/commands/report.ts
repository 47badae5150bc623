import type { Command } from 'commander';
import type { WrittenReport } from '../../report/write-report.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { jsonText, resultText } from '../result-text.js';
import { sizeText } from '../size-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit report out/study
  $ ptychokit report out/study --open
  $ ptychokit report out/study/comparison --no-figures`;

interface ReportFlags extends CommonFlags {
  readonly open?: boolean;
  readonly figures: boolean;
}

/** Declares `ptychokit report`. */
export function addReportCommand(program: Command, context: CommandContext): Command {
  return program
    .command('report')
    .summary('one page with everything that compare found')
    .description('Writes report.html, one file that needs no network, and its figures as SVG and PNG, from what compare left.')
    .argument('<root>', 'directory of a study, or of its comparison')
    .option('--open', 'opens the page in the browser of this desktop')
    .option('--no-figures', 'writes the page alone')
    .option('--json', 'prints what was written as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((root: string, flags: ReportFlags) => runReport(context, root, flags));
}

async function runReport(context: CommandContext, root: string, flags: ReportFlags): Promise<void> {
  const { writeReport } = await import('../../report/write-report.js');
  const report = await longRun(context, flags, (run) => writeReport({ root, figures: flags.figures }, run));
  context.io.out(flags.json === true ? jsonText(report) : resultText(reportLines(report)));
  if (flags.open !== true) return;
  const { openInBrowser } = await import('../open-in-browser.js');
  const failed = await openInBrowser(report.path);
  if (failed !== null) context.io.err(`note: no browser was opened (${failed}); open ${report.path} by hand\n`);
}

/** Where a report is, for people. */
export const reportLines = ({
  path,
  bytes,
  figuresDir,
  figureCount,
}: WrittenReport): readonly (readonly [string, string | undefined])[] => [
  ['report', `${path} (${sizeText(bytes)})`],
  ['figures', figuresDir === null ? undefined : `${figuresDir} (${figureCount} as SVG and PNG)`],
];
