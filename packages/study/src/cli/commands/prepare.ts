import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { asInterruption } from '../../interruption-error.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { addHintOptions, type HintFlags, hintsFrom } from '../hint-options.js';
import { jsonText } from '../result-text.js';

const EXAMPLES = `
--crop keeps the object's field of a frame and makes its pixels larger by N / crop; --bin keeps the pixels and makes the field smaller. Positions
and probe follow.

Examples:
  $ ptychokit prepare raw_counts.npz scan.npz
  $ ptychokit prepare scan.cxi scan.npz --crop 128
  $ ptychokit prepare scan_dp.hdf5 scan.npz --energy-ev 8800 --distance-m 1.9 --detector-pixel-m 75e-6 --crop 256 --bin 2`;

interface PrepareFlags extends CommonFlags, HintFlags {
  readonly values?: 'counts' | 'amplitude';
  readonly bin?: number;
  readonly deflate?: boolean;
  readonly dryRun?: boolean;
}

/** Declares `ptychokit prepare`. */
export function addPrepareCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('prepare')
    .summary('turn a raw, old or foreign scan file into one of the data contract')
    .description(
      'Converts what must be converted: counts to amplitudes, names, types, frame axis, metres to object pixels; on request crops or bins the detector. Frames pass through in pieces, at any size.',
    )
    .argument('<source>', 'scan file of any format that is read')
    .argument('<target>', 'scan file to write (.npz)')
    .option('--values <counts|amplitude>', 'what the frames of an NPZ file hold (default integers are counts, others amplitudes)', asValues)
    .option('--bin <integer>', 'makes one detector pixel of this many by this many, after any crop', asInteger)
    .option('--deflate', 'compresses the new file, which is then inflated once before it is used')
    .option('--dry-run', 'opens the source and says what would be changed, writes nothing')
    .option('--json', 'prints what was changed as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((source: string, target: string, flags: PrepareFlags) => runPrepare(context, { source, target, flags }));
  return addHintOptions(command);
}

async function runPrepare(
  context: CommandContext,
  { source, target, flags }: { readonly source: string; readonly target: string; readonly flags: PrepareFlags },
): Promise<void> {
  const { prepareDataset } = await import('@ptychokit/memmap-bridge');
  const { values, bin, deflate, dryRun } = flags;
  const hints = await hintsFrom(flags);
  const changes = await longRun(context, flags, ({ signal }) =>
    prepareDataset(source, target, { ...hints, values, bin, deflate, dryRun, signal }).catch((error: unknown) => {
      throw asInterruption(error, signal);
    }),
  );
  if (flags.json === true) return context.io.out(jsonText({ path: target, changes }));
  const list = changes.length === 0 ? 'Nothing had to be changed.\n' : changes.map((change) => `  - ${change}\n`).join('');
  context.io.out(`${dryRun === true ? `would write ${target}` : target}\n${list}`);
}

function asValues(text: string): 'counts' | 'amplitude' {
  if (text !== 'counts' && text !== 'amplitude') throw new InvalidArgumentError('expected counts or amplitude.');
  return text;
}

function asInteger(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value >= 1)) throw new InvalidArgumentError('expected a positive integer.');
  return value;
}
