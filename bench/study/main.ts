// Phase C and D by the clock: simulation beside numpy, alternating, each run in processes of its own; memory; overlap metrics.
//   npm run bench:study -- --python python3 --pairs 5
//   npm run bench:study -- --only pool --pairs 3 --ways pool,serial    the job matrix in a pool and otherwise
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { medianOf, quote } from '../statistics.js';
import { benchPool } from './pool.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'simulation' },
    ways: { type: 'string', default: 'pool,serial,wide' },
    epochs: { type: 'string', default: '2' },
    pairs: { type: 'string', default: '5' },
    frames: { type: 'string', default: '4096' },
    processes: { type: 'string', default: '2' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
  },
});

if (values.only === 'pool') {
  await benchPool({ pairs: Number(values.pairs), epochs: values.epochs, ways: values.ways.split(',') });
  process.exit();
}

interface Timing {
  readonly per_s: number;
  readonly seconds: number;
  readonly peak_rss_mb: number;
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);
const program = (name: string, ...args: readonly string[]): Promise<Timing> =>
  run(process.execPath, ['--import', 'tsx', '--conditions=@ptychokit/source', beside(name), ...args]).then(
    ({ stdout }) => JSON.parse(stdout) as Timing,
  );
const reference = (...args: readonly string[]): Promise<Timing> =>
  run(values.python, [beside('simulate_reference.py'), ...args], { env: { ...process.env, OMP_NUM_THREADS: '1' } }).then(
    ({ stdout }) => JSON.parse(stdout) as Timing,
  );

/** As many doses side by side as there are processes; frames per second of all together. */
async function sideBySide(one: () => Promise<Timing>): Promise<number> {
  const all = await Promise.all(Array.from({ length: Number(values.processes) }, one));
  return all.reduce((sum, { per_s }) => sum + per_s, 0);
}

const hasNumpy = canImportNumpy();
if (!hasNumpy) process.stdout.write('No reference to compare with: numpy is not installed for that Python.\n');
const pairs = Number(values.pairs);
for (const dose of ['1e3', '1e4', '1e5']) {
  const args = ['--frames', values.frames, '--dose', dose];
  const [own, ratios]: [number[], number[]] = [[], []];
  // One more pair than counted: the first warms caches and clocks up.
  for (let pair = 0; pair <= pairs; pair++) {
    const mine = await sideBySide(() => program('simulate.ts', ...args));
    const theirs = hasNumpy ? await sideBySide(() => reference(...args)) : Number.NaN;
    if (pair === 0) continue;
    own.push(mine);
    ratios.push(mine / theirs);
  }
  const against = hasNumpy ? `${quote(ratios)} times as fast as numpy` : '';
  process.stdout.write(`simulate dose ${dose}: ${medianOf(own).toFixed(0)} frames/s in ${values.processes} processes  ${against}\n`);
}
const few = await program('simulate.ts', '--frames', '1024');
const many = await program('simulate.ts', '--frames', '16384');
process.stdout.write(`memory: ${few.peak_rss_mb.toFixed(0)} MB for 1024 frames, ${many.peak_rss_mb.toFixed(0)} MB for 16384\n`);
const overlap: Timing[] = [];
for (let i = 0; i < pairs; i++) overlap.push(await program('overlap.ts', '--points', '100000'));
const [seconds, peak] = [overlap.map((timing) => timing.seconds), Math.max(...overlap.map(({ peak_rss_mb }) => peak_rss_mb))];
process.stdout.write(`overlap metrics of 100000 positions: ${quote(seconds)} s, peak ${peak.toFixed(0)} MB\n`);

function canImportNumpy(): boolean {
  try {
    execFileSync(values.python, ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
