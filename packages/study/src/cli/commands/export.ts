import type { Command } from 'commander';
import { asInterruption } from '../../interruption-error.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { addHintOptions, type HintFlags, hintsFrom } from '../hint-options.js';
import { jsonText, resultText } from '../result-text.js';

const EXAMPLES = `
Positions become metres: where the scan does not say how large an object pixel is, --object-pixel-m (or energy, distance and detector pixel)
does.

Examples:
  $ ptychokit export --ptychodus out product.h5 --object-pixel-m 2e-8
  $ ptychokit export --ptychodus out product.h5 --scan scan.cxi --with-frames
  $ ptychokit export --ptychodus scan_with_object.npz product.h5 --energy-ev 8800 --distance-m 1.9 --detector-pixel-m 75e-6`;

interface ExportFlags extends CommonFlags, HintFlags {
  readonly scan?: string;
  readonly withFrames?: boolean;
  readonly name?: string;
  readonly comments?: string;
  readonly dryRun?: boolean;
}

/** Declares `ptychokit export`. */
export function addExportCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('export')
    .summary('write a reconstruction for another program')
    .description('Writes a reconstruction, or a scan that carries an object, as an HDF5 file that other programs read.')
    .argument('<source>', 'folder of a reconstruction, or a scan file with an object')
    .argument('<target>', 'file to write (.h5)')
    .requiredOption('--ptychodus', 'as a ptychodus product')
    .option('--scan <path>', 'scan of the reconstruction (default the one its record names)')
    .option('--with-frames', 'keeps the frames beside the product')
    .option('--name <text>', 'name in the product')
    .option('--comments <text>', 'comments in the product')
    .option('--dry-run', 'checks everything, says what would be written, writes nothing')
    .option('--json', 'prints what was written as JSON')
    .addHelpText('after', EXAMPLES)
    .action((source: string, target: string, flags: ExportFlags) => runExport(context, { source, target, flags }));
  return addHintOptions(command);
}

async function runExport(
  context: CommandContext,
  { source, target, flags }: { readonly source: string; readonly target: string; readonly flags: ExportFlags },
): Promise<void> {
  const { exportPtychodusProduct } = await import('../../export-product.js');
  const { scan, withFrames, name, comments, dryRun } = flags;
  const hints = await hintsFrom(flags);
  const written = await longRun(context, flags, ({ signal }) =>
    exportPtychodusProduct(source, target, { ...hints, scan, withFrames, name, comments, dryRun, signal }).catch((error: unknown) => {
      throw asInterruption(error, signal);
    }),
  );
  if (flags.json === true) return context.io.out(jsonText(written));
  const rows = [
    [dryRun === true ? 'would write' : 'product', written.path],
    ['positions', String(written.positions)],
    ['object', `${written.objectShape.join(' x ')}, pixel ${Number(written.objectPixel_m.toPrecision(5))} m`],
    ['probe', written.probeShape.join(' x ')],
    ['energy', written.energy_eV > 0 ? `${written.energy_eV} eV` : 'not known, written as 0'],
    ['distance', written.distance_m > 0 ? `${written.distance_m} m` : 'not known, written as 0'],
  ] as const;
  context.io.out(resultText(rows));
}
