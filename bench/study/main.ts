// The study by the clock, each run in processes of its own: simulation beside numpy, alternating; memory; the whole of phase C; overlap
// metrics; a training job of the study beside the bare training, alternating.
//   npm run bench:study -- --python python3 --pairs 5
//   npm run bench:study -- --only pool --pairs 3 --ways pool,serial    the job matrix in a pool and otherwise
//   npm run bench:study -- --only overlap --only overhead
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { medianOf, quote } from '../statistics.js';
import { benchPool } from './pool.js';

const { values } = parseArgs({
  options: {
    ways: { type: 'string', default: 'pool,serial,wide' },
    epochs: { type: 'string', default: '2' },
    pairs: { type: 'string', default: '5' },
    frames: { type: 'string', default: '4096' },
    processes: { type: 'string', default: '2' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
    only: { type: 'string', multiple: true, default: ['simulate', 'memory', 'generate', 'overlap', 'overhead'] },
  },
});

interface Timing {
  readonly per_s: number;
  readonly seconds: number;
  readonly peak_rss_mb: number;
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const run = promisify(execFile);
const program = <T = Timing>(name: string, ...args: readonly string[]): Promise<T> =>
  run(process.execPath, ['--import', 'tsx', '--conditions=@ptychokit/source', beside(name), ...args]).then(
    ({ stdout }) => JSON.parse(stdout) as T,
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

const pairs = Number(values.pairs);
const say = (text: string): unknown => process.stdout.write(`${text}\n`);

async function simulate(): Promise<void> {
  const hasNumpy = canImportNumpy();
  if (!hasNumpy) say('No reference to compare with: numpy is not installed for that Python.');
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
    say(`simulate dose ${dose}: ${medianOf(own).toFixed(0)} frames/s in ${values.processes} processes  ${against}`);
  }
}

async function memory(): Promise<void> {
  for (const frames of ['1000', '10000', '100000']) {
    const { peak_rss_mb, per_s } = await program('simulate.ts', '--frames', frames);
    say(`memory: ${peak_rss_mb.toFixed(0)} MB for ${frames} frames, ${per_s.toFixed(0)} frames/s in one process`);
  }
}

async function generate(): Promise<void> {
  for (const frames of ['2048', '20480']) {
    const { peak_rss_mb, per_s } = await program('generate.ts', '--frames', frames);
    say(`phase C, every stage, ${frames} frames: ${per_s.toFixed(0)} frames/s in one process, peak ${peak_rss_mb.toFixed(0)} MB`);
  }
}

async function overlap(): Promise<void> {
  const timings: Timing[] = [];
  for (let i = 0; i < pairs; i++) timings.push(await program('overlap.ts', '--points', '100000'));
  const peak = Math.max(...timings.map(({ peak_rss_mb }) => peak_rss_mb));
  say(`overlap metrics of 100000 positions: ${quote(timings.map((timing) => timing.seconds))} s, peak ${peak.toFixed(0)} MB`);
}

async function overhead(): Promise<void> {
  type Pairs = { readonly pairs: readonly { readonly bare_s: number; readonly study_s: number }[] };
  const { pairs: timed } = await program<Pairs>('overhead.ts', '--pairs', values.pairs);
  const bare = medianOf(timed.map(({ bare_s }) => bare_s));
  const added = timed.map(({ bare_s, study_s }) => 100 * (study_s / bare_s - 1));
  say(`a job of the study takes ${quote(added)} % longer than its bare training of ${bare.toFixed(1)} s`);
}

const pool = (): Promise<void> => benchPool({ pairs, epochs: values.epochs, ways: values.ways.split(',') });

const PARTS: Readonly<Record<string, () => Promise<void>>> = { simulate, memory, generate, overlap, overhead, pool };
for (const part of values.only) await (PARTS[part] ?? unknownPart(part))();

function unknownPart(name: string): never {
  throw new RangeError(`expected one of ${Object.keys(PARTS).join(', ')}, got ${name}`);
}

function canImportNumpy(): boolean {
  try {
    execFileSync(values.python, ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
