import { formatIssues } from '@ptychokit/config';
import type { DatasetInspection } from '@ptychokit/memmap-bridge';
import type { Command } from 'commander';
import type { CommandContext, CommonFlags } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { addHintOptions, type HintFlags, hintsFrom } from '../hint-options.js';
import { jsonText, resultText } from '../result-text.js';
import { sizeText } from '../size-text.js';

const EXAMPLES = `
Exits with 0 when the file conforms to the data contract (DATA-001), with 2 when it does not.

Examples:
  $ ptychokit inspect scan.npz
  $ ptychokit inspect scan.npz --all-frames
  $ ptychokit inspect scan.cxi --crop 128
  $ ptychokit inspect scan.npz --json | jq .issues`;

interface InspectFlags extends CommonFlags, HintFlags {
  readonly allFrames?: boolean;
}

/** Declares `ptychokit inspect`. */
export function addInspectCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('inspect')
    .summary('say what a scan file holds and what is wrong with it')
    .description(
      'Lists the arrays of a scan file, describes frames, positions, probe and object, and holds them against the data contract.',
    )
    .argument('<scan>', 'scan file of any format, or anything else')
    .option('--all-frames', 'looks at every value of every frame instead of a sample')
    .option('--json', 'prints the findings as JSON')
    .addHelpText('after', EXAMPLES)
    .action((scan: string, flags: InspectFlags) => runInspect(context, scan, flags));
  return addHintOptions(command);
}

async function runInspect(context: CommandContext, scan: string, flags: InspectFlags): Promise<void> {
  const { inspectDataset } = await import('@ptychokit/memmap-bridge');
  const found = await inspectDataset(scan, { ...(await hintsFrom(flags)), frames: flags.allFrames === true ? 'all' : 'sample' });
  const conforms = found.issues.length === 0;
  context.io.out(flags.json === true ? jsonText({ ...found, conforms }) : inspectionText(found));
  if (!conforms) context.exitCode = EXIT.usage;
}

/** Findings for people: members, what they amount to, what will be converted, what is wrong. */
export function inspectionText(found: DatasetInspection): string {
  const members = found.members.map(({ name, type, shape, compression, unreadable }) => {
    const kind = unreadable === undefined ? `${type} (${shape?.join(', ')}), ${compression}` : `not readable: ${unreadable}`;
    return [`  ${name}`, kind] as const;
  });
  const list = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  - ${line}\n`).join('')}`;
  const isNpz = found.format === 'NPZ';
  const verdict =
    found.issues.length === 0
      ? `\n${isNpz ? 'The file conforms to the data contract (DATA-001)' : 'The file opens as a scan'}.\n`
      : `\n${isNpz ? 'The file breaks the data contract (DATA-001)' : 'The file does not open as a scan'}:\n${formatIssues(found.issues)}\n`;
  return [
    `${found.path}, ${found.format}, ${sizeText(found.bytes)}\n`,
    members.length === 0 ? '' : resultText(members),
    '\n',
    resultText(factRows(found)),
    list('Read with these conversions:', found.conversions),
    list('Worth a look:', found.hints),
    verdict,
  ].join('');
}

function factRows({ frames, scan, probe, object, metadata }: DatasetInspection): (readonly [string, string | undefined])[] {
  const rows: (readonly [string, string | undefined])[] = [];
  if (frames !== undefined) {
    rows.push(['frames', `${frames.count} of ${frames.size} x ${frames.size} pixels${frames.axis === 'last' ? ', frame axis last' : ''}`]);
    const zero = `${(100 * frames.zeroFraction).toFixed(1)} % zero`;
    const range = `${number(frames.minimum)} to ${number(frames.maximum)}, mean ${number(frames.mean)}`;
    rows.push([
      'values',
      `${range}, ${zero}; look like ${frames.looksLike}${frames.badPixels > 0 ? `; ${frames.badPixels} bad pixels` : ''}`,
    ]);
  }
  if (scan !== undefined) {
    const step = scan.stepPx === undefined ? '' : `, nearest neighbours ${number(scan.stepPx)} px apart`;
    rows.push(['positions', `x ${number(scan.x[0])} to ${number(scan.x[1])}, y ${number(scan.y[0])} to ${number(scan.y[1])} px${step}`]);
    if (Object.keys(scan.scans).length > 1)
      rows.push([
        'scans',
        Object.entries(scan.scans)
          .map(([index, n]) => `${index}: ${n} frames`)
          .join(', '),
      ]);
  }
  if (probe !== undefined) rows.push(['probe', `${probe.shape.join(' x ')}, power ${number(probe.power)}`]);
  rows.push(['object', object === undefined ? 'none' : object.shape.join(' x ')]);
  if (Object.keys(metadata).length > 0) rows.push(['metadata', Object.keys(metadata).join(', ')]);
  return rows;
}

const number = (value: number): string => String(Number(value.toPrecision(4)));
