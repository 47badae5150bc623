import type { CachedFrames } from '@ptychokit/memmap-bridge';
import { Argument, type Command } from 'commander';
import type { CommandContext, CommonFlags } from '../command-context.js';
import { jsonText } from '../result-text.js';
import { sizeText } from '../size-text.js';

const EXAMPLES = `
Frames of compressed archives are inflated once, so that they can be read at random. They are inflated again when they are needed;
a scan that is not compressed needs no cache: ptychokit prepare <scan> <new scan>.

Examples:
  $ ptychokit cache list
  $ ptychokit cache clear
  $ ptychokit cache list --memmap-dir /scratch/frames --json`;

interface CacheFlags extends CommonFlags {
  readonly memmapDir?: string;
}

/** Declares `ptychokit cache`. */
export function addCacheCommand(program: Command, context: CommandContext): Command {
  return program
    .command('cache')
    .summary('list or clear the inflated frames of compressed scans')
    .description('Lists or removes the frames of compressed scans that were inflated into the cache.')
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'clear']))
    .option('--memmap-dir <folder>', 'the cache (default: $XDG_CACHE_HOME/ptychokit/memmap, below ~/.cache)')
    .option('--json', 'prints what was found or removed as JSON')
    .addHelpText('after', EXAMPLES)
    .action((action: 'list' | 'clear', flags: CacheFlags) => runCache(context, action, flags));
}

async function runCache({ io }: CommandContext, action: 'list' | 'clear', flags: CacheFlags): Promise<void> {
  const { clearFrameCache, listFrameCache } = await import('@ptychokit/memmap-bridge');
  const stacks = await (action === 'list' ? listFrameCache : clearFrameCache)(flags);
  io.out(flags.json === true ? jsonText(stacks) : cacheText(action, stacks));
}

/** One line for each stack, and the sum. */
function cacheText(action: 'list' | 'clear', stacks: readonly CachedFrames[]): string {
  const lines = stacks.map(({ bytes, source, state, path }) => {
    const note = state === 'complete' ? '' : ` (${state})`;
    return `${sizeText(bytes).padStart(10)}  ${source ?? path}${note}\n`;
  });
  const total = sizeText(stacks.reduce((sum, { bytes }) => sum + bytes, 0));
  if (stacks.length === 0) return action === 'list' ? 'The cache is empty.\n' : 'There was nothing to remove.\n';
  return `${lines.join('')}${action === 'list' ? `${total} in all.` : `${total} removed.`}\n`;
}
