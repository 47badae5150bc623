import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { OBJECT_KINDS, PROBE_KINDS, SCAN_KINDS, type SimulationRequest } from '../../simulation/simulation-request.js';
import { type CommandContext, type CommonFlags, longRun } from '../command-context.js';
import { jsonText, resultText } from '../result-text.js';

const EXAMPLES = `
Examples:
  $ ptychokit simulate --object siemens --nphotons 1e4 --seed 0 --output scan.npz
  $ ptychokit simulate --object lines --scan fermat --frames 1000 --step 5 --output scan.npz
  $ ptychokit simulate --object truth.npz --probe truth.npz --nphotons 1e3 --output dose_1e3.npz`;

interface SimulateFlags extends CommonFlags {
  readonly object?: string;
  readonly probe?: string;
  readonly scan?: string;
  readonly nphotons?: number;
  readonly n?: number;
  readonly frames?: number;
  readonly step?: number;
  readonly objectSize?: number;
  readonly spokes?: number;
  readonly defocus?: number;
  readonly phase?: number;
  readonly contrast?: number;
  readonly seed?: number;
  readonly output: string;
  readonly dryRun?: boolean;
}

/** Declares `ptychokit simulate`. */
export function addSimulateCommand(program: Command, context: CommandContext): Command {
  const command = program
    .command('simulate')
    .summary('make a scan of a known object')
    .description('Simulates diffraction patterns with photon noise and writes a scan file with object, probe and provenance.')
    .requiredOption('--output <path>', 'scan file to write (.npz)')
    .option('--dry-run', 'checks the request, says what would be made, writes nothing')
    .option('--json', 'prints what was written as JSON')
    .option('--quiet', 'shows no progress')
    .addHelpText('after', EXAMPLES)
    .action((flags: SimulateFlags) => runSimulate(context, flags));
  for (const [flag, text] of OPTIONS) command.addOption(simulationOption(flag, text));
  return command;
}

const OPTIONS: readonly (readonly [flag: string, text: string])[] = [
  [`--object <${OBJECT_KINDS.join('|')}|file>`, 'object, or a scan file whose objectGuess is taken (default siemens)'],
  [
    `--probe <${PROBE_KINDS.join('|')}|file>`,
    'probe, or a scan file whose probeGuess is taken (default defocused: a flat phase leaves an object and its twin indistinguishable)',
  ],
  [`--scan <${SCAN_KINDS.join('|')}|file>`, 'arrangement of the positions, or a scan file whose positions are taken (default jittered)'],
  ['--nphotons <number>', 'mean photons per frame; Infinity for no noise (default 1e4)'],
  ['--n <number>', 'edge of a frame, 64, 128 or 256 (px, default 64)'],
  ['--frames <number>', 'number of frames (default as many as fit the object)'],
  ['--step <number>', 'distance of neighbouring positions (px, default N / 10)'],
  ['--object-size <number>', 'edge of the square object (px, default 3 N, or what the frames need)'],
  ['--spokes <number>', 'dark and bright pairs around a Siemens star (default 24)'],
  ['--defocus <number>', 'phase at the rim of the pupil of a defocused probe; more makes it larger (radians, default 8)'],
  ['--phase <number>', 'largest phase of the object (radians, default 1)'],
  ['--contrast <number>', 'how much darker the darkest part is than the brightest, 0 to 1 (default 0.3)'],
  ['--seed <number>', 'seed of object, positions and noise (default 0)'],
];

function simulationOption(flag: string, text: string): Option {
  const option = new Option(flag, text).helpGroup('Simulation:');
  return flag.includes('<number>') ? option.argParser(asNumber) : option;
}

function asNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new InvalidArgumentError('expected a number.');
  return value;
}

async function runSimulate(context: CommandContext, flags: SimulateFlags): Promise<void> {
  const { simulateScanFile } = await import('../../simulation/simulate-scan-file.js');
  const { n, output, dryRun, ...rest } = flags;
  const request: SimulationRequest = { ...rest, N: n };
  const written = await longRun(context, flags, (run) => simulateScanFile(output, request, { ...run, dryRun }));
  if (flags.json === true) return context.io.out(jsonText(written));
  const rows = [
    [dryRun === true ? 'would write' : 'scan', written.path],
    ['frames', `${written.frameCount} of ${written.frameSize} x ${written.frameSize} pixels`],
    ['object', written.objectShape.join(' x ')],
    ['dose', `${written.nphotons} photons per frame`],
    ['seed', String(written.seed)],
  ] as const;
  context.io.out(resultText(rows));
}
