// Training and inference beside the PyTorch reference, alternating, each run in a process of its own.
//   npm run bench:train -- --reference ../shared/bench/torch_reference.py --python python3 --pairs 5
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { medianOf, quote } from '../statistics.js';

const beside = fileURLToPath(new URL('../../../shared/bench/torch_reference.py', import.meta.url));
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
    reference: { type: 'string', default: beside },
    threads: { type: 'string', default: '2' },
  },
});

interface Timing {
  readonly median_ms: number;
  readonly groups_per_s: number;
  readonly peak_rss_mb?: number;
}

const step = fileURLToPath(new URL('./step.ts', import.meta.url));
const ours = (mode: string, gridsize: number): Timing =>
  run(process.execPath, [
    '--import',
    'tsx',
    '--conditions=@ptychokit/source',
    step,
    '--mode',
    mode,
    '--gridsize',
    `${gridsize}`,
    '--threads',
    values.threads,
  ]);

const theirs = (mode: string, gridsize: number, layout: string): Timing =>
  run(values.python, [
    values.reference,
    '--gridsize',
    `${gridsize}`,
    '--layout',
    layout,
    '--threads',
    values.threads,
    '--json',
    ...(mode === 'infer' ? ['--infer'] : []),
  ]);

const run = (command: string, args: readonly string[]): Timing =>
  JSON.parse(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as Timing;

const hasTorch = existsSync(values.reference) && canImportTorch();
if (!hasTorch)
  process.stdout.write('No reference to compare with: torch is not installed for that Python, or the reference program is absent.\n');

const pairs = Number(values.pairs);
for (const mode of ['train', 'infer'] as const) {
  for (const gridsize of [1, 2]) {
    for (const layout of hasTorch ? ['channels_first', 'channels_last'] : ['none']) {
      const ratios: number[] = [];
      const own: Timing[] = [];
      // One more pair than counted: the first warms caches and clocks up.
      for (let pair = 0; pair <= (hasTorch ? pairs : 0); pair++) {
        const mine = ours(mode, gridsize);
        own.push(mine);
        if (hasTorch && pair > 0) ratios.push(theirs(mode, gridsize, layout).median_ms / mine.median_ms);
        else if (hasTorch) theirs(mode, gridsize, layout);
      }
      const speed = medianOf(own.map(({ groups_per_s }) => groups_per_s)).toFixed(1);
      const memory = Math.max(...own.map(({ peak_rss_mb = 0 }) => peak_rss_mb)).toFixed(0);
      const against = hasTorch ? `${quote(ratios)} times as fast as ${layout}` : '';
      process.stdout.write(`${mode.padEnd(6)} gridsize ${gridsize}: ${speed.padStart(6)} groups/s, peak ${memory} MB  ${against}\n`);
    }
  }
}
for (const gridsize of [1, 2]) {
  const ratios = Array.from({ length: pairs }, () => ours('infer', gridsize).median_ms / ours('stitch', gridsize).median_ms);
  process.stdout.write(`inference with stitching, gridsize ${gridsize}: ${quote(ratios)} of the speed without\n`);
}

function canImportTorch(): boolean {
  try {
    execFileSync(values.python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
