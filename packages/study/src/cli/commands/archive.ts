import type { Command } from 'commander';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { jsonText, resultText } from '../result-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit archive --from reports/train --hub evidence
  $ cd evidence && sha256sum -c analysis/bundle_checksums.txt`;

interface ArchiveFlags extends CommonFlags {
  readonly from: string;
  readonly hub: string;
  readonly dryRun?: boolean;
}

/** Declares `ptychokit archive`. */
export function addArchiveCommand(program: Command, context: CommandContext): Command {
  return program
    .command('archive')
    .summary('collect the evidence of a training matrix')
    .description('Copies manifest, bundles and logs into one directory with checksums and a summary; a digest that differs stops it.')
    .requiredOption('--from <artifact-root>', 'directory that train wrote')
    .requiredOption('--hub <dir>', 'directory that gets data, cli and analysis')
    .option('--dry-run', 'checks everything that would be copied, writes nothing')
    .option('--json', 'prints what was archived as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((flags: ArchiveFlags) => runArchive(context, flags));
}

async function runArchive(context: CommandContext, flags: ArchiveFlags): Promise<void> {
  const { archiveEvidence } = await import('../../evidence/archive-evidence.js');
  const result = await longRun(context, flags, (run) => archiveEvidence({ from: flags.from, hub: flags.hub, dryRun: flags.dryRun }, run));
  const { hub, bundles, logs, checksumsPath, summaryPath } = result;
  const rows = [
    [flags.dryRun === true ? 'would write' : 'hub', hub],
    ['bundles', String(bundles)],
    ['logs', String(logs)],
    ['checksums', checksumsPath],
    ['summary', summaryPath],
  ] as const;
  context.io.out(flags.json === true ? jsonText(result) : resultText(rows));
}
