import type { Command } from 'commander';
import type { VerifyReport } from '../../evidence/verify-evidence.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { jsonText } from '../result-text.js';
import { sizeText } from '../size-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit verify reports/train
  $ ptychokit verify study --json`;

/** Declares `ptychokit verify`. */
export function addVerifyCommand(program: Command, context: CommandContext): Command {
  return program
    .command('verify')
    .summary('check every manifest and every digest under a directory')
    .description(
      'Checks all manifests under a directory against their schemas and seals, and all files they vouch for against their digests.',
    )
    .argument('<root>', 'directory that a command of the study wrote')
    .option('--json', 'prints the report as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((root: string, flags: CommonFlags) => runVerify(context, root, flags));
}

async function runVerify(context: CommandContext, root: string, flags: CommonFlags): Promise<void> {
  const { verifyEvidence } = await import('../../evidence/verify-evidence.js');
  const report = await longRun(context, flags, (run) => verifyEvidence(root, run));
  if (!report.ok) context.exitCode = EXIT.failed;
  context.io.out(flags.json === true ? jsonText(report) : verifyText(report));
}

function verifyText({ ok, manifests, files, bytes, findings, unchecked }: VerifyReport): string {
  const lines = findings.map(({ kind, path, manifest, detail }) => {
    const by = manifest === null ? '' : `\n    said by ${manifest}`;
    return `  ${kind}: ${path}\n    ${detail.split('\n').join('\n    ')}${by}`;
  });
  const summary = `${manifests} ${manifests === 1 ? 'manifest' : 'manifests'}, ${files} ${files === 1 ? 'file' : 'files'} (${sizeText(bytes)})`;
  const elsewhere =
    unchecked.length === 0 ? [] : [`  not checked, because they lie elsewhere or were checkpoints: ${unchecked.length} files`];
  const verdict = ok ? `green: ${summary} are as recorded` : `red: ${findings.length} of ${summary} are not as recorded`;
  return `${[verdict, ...lines, ...elsewhere].join('\n')}\n`;
}
