import { describeFields, executionConfigSchema, loadExecutionConfig, loadSolveConfig, solveConfigSchema } from '@ptychokit/config';
import type { Command } from 'commander';
import type { SolveScanResult } from '../../solve/solve-scan.js';
import { crossingText } from '../../solve/split-half.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { durationText } from '../duration-text.js';
import { addFieldOptions, fieldOptions, overridesFrom } from '../field-options.js';
import { addGeometryOptions, type GeometryFlags, geometryFrom } from '../geometry-options.js';
import { jsonText, planText, resultText } from '../result-text.js';

const SOLVE = fieldOptions(describeFields(solveConfigSchema), ['scanFile']);
/** What an iterative reconstruction asks of the engine. */
export const SOLVE_EXECUTION = fieldOptions(describeFields(executionConfigSchema)).filter(({ flag }) =>
  ['accelerator', 'threads', 'deterministic', 'enable-checkpointing', 'resume', 'quiet'].includes(flag),
);
const EXAMPLES = `
Examples:
  $ ptychokit solve scan.npz --output-dir out
  $ ptychokit solve scan.npz --engine epie --epochs 50 --output-dir out
  $ ptychokit solve scan.npz --refine-positions --probe-modes 2 --output-dir out
  $ ptychokit solve scan.npz --pixel-size-m 8e-9 --energy-ev 8800 --distance-m 2.3 --output-dir out`;

interface SolveFlags extends CommonFlags, GeometryFlags {
  readonly config?: string;
  readonly dryRun?: boolean;
}

/** Declares `ptychokit solve`. */
export function addSolveCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('solve')
    .summary('reconstruct one scan iteratively')
    .description('Reconstructs one scan with LSQ-ML, ePIE or rPIE, and writes object, probe, positions, curves, figures and a record.')
    .argument('<scan>', 'scan file')
    .option('--config <file>', 'YAML or JSON file with configuration fields; flags win over it')
    .option('--dry-run', 'checks configuration and data, says what would be done, writes nothing')
    .option('--json', 'prints the record of the run as JSON')
    .addHelpText('after', EXAMPLES)
    .action((scan: string, flags: SolveFlags) => runSolve(context, scan, flags));
  addFieldOptions(command, SOLVE, { group: 'Reconstruction:', fromFile: true });
  addGeometryOptions(command);
  return addFieldOptions(command, SOLVE_EXECUTION, { group: 'Execution:', fromFile: false });
}

async function runSolve(context: CommandContext, scan: string, flags: SolveFlags): Promise<void> {
  const values = flags as Readonly<Record<string, unknown>>;
  const execution = loadExecutionConfig({ overrides: overridesFrom(values, SOLVE_EXECUTION) });
  const config = loadSolveConfig({ file: flags.config, overrides: { ...overridesFrom(values, SOLVE), scanFile: scan } });
  const geometry = geometryFrom(flags);
  if (flags.dryRun === true) {
    const { planSolve } = await import('../../solve/plan-solve.js');
    return context.io.out(planText(await planSolve({ config, execution, geometry }), flags));
  }
  const { solveScan } = await import('../../solve/solve-scan.js');
  const result = await longRun(context, flags, (run) => solveScan({ config, execution, geometry }, run));
  context.io.out(flags.json === true ? jsonText(result.record) : solveText(result));
}

/** What a person wants to know at the end. */
function solveText({ record, files, halves }: SolveScanResult): string {
  const seconds = Object.values(record.timings_s).reduce((a, b) => a + b, 0);
  return resultText([
    ['relative residual', record.relative_residual.toPrecision(4)],
    ['split-half FRC 0.5', halves === undefined ? 'not measured; --split-half does' : crossingText(halves.at0p5)],
    ['half-bit', halves === undefined ? undefined : crossingText(halves.halfBit)],
    ['amplitude', files.amplitude],
    ['phase', files.phase],
    ['probe', files.probe],
    ['loss', files.loss],
    ['object', files.reconstruction],
    ['frc', files.frc],
    ['product', files.product],
    ['record', files.record],
    ['time', durationText(seconds)],
  ]);
}
