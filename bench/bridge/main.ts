// The bridge beside numpy and scipy, alternating, every run in a process of its own.
//   npm run bench:bridge -- --python python3 --pairs 5 --folder /scratch/bench [--only knn]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { medianOf, quote } from '../statistics.js';

const beside = fileURLToPath(new URL('../../../shared/bench/numpy_reference.py', import.meta.url));
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
    reference: { type: 'string', default: process.env.PTYCHOKIT_NUMPY_REFERENCE ?? beside },
    folder: { type: 'string', default: join(tmpdir(), 'ptychokit-bench') },
    /** Part of the title of a figure. */
    only: { type: 'string', default: '' },
    keep: { type: 'boolean', default: false },
    /** Writes the files of the benchmark and stops; they are kept. */
    prepare: { type: 'boolean', default: false },
  },
});

/** What a run of bench/bridge/step.ts prints. */
interface Run {
  readonly ms: number;
  readonly framesPerS?: number;
  readonly mbPerS?: number;
  readonly peakRssMb: number;
  readonly rssGrowthMb: number;
}

const FRAMES = { stored: 300_000, small: 30_000, deflated: 65_536, gathered: 60_000 } as const;
type Scan = keyof typeof FRAMES;
const folder = values.folder;
const file = (name: Scan): string => join(folder, `${name}.npz`);
const cache = join(folder, 'cache');
const step = fileURLToPath(new URL('./step.ts', import.meta.url));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const ours = (...args: string[]): Run => run<Run>(process.execPath, ['--import', 'tsx', '--conditions=@ptychokit/source', step, ...args]);
const product = (...args: string[]): Run => run<Run>(process.execPath, [fileURLToPath(new URL('./product.mjs', import.meta.url)), ...args]);
const theirs = (...args: string[]): Record<string, number> => run(values.python, [values.reference, ...args]);

function run<T>(command: string, args: readonly string[]): T {
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as T;
}

/** Alternating pairs after one that is not counted: how many times as fast as the reference, and our runs. */
function pairs(mine: () => Run, other: () => number, speedOf: (own: Run) => number): { ratios: number[]; own: Run[]; reference: number[] } {
  const [ratios, own, reference]: [number[], Run[], number[]] = [[], [], []];
  for (let pair = 0; pair <= Number(values.pairs); pair++) {
    const [a, b] = [mine(), other()];
    if (pair === 0) continue;
    own.push(a);
    reference.push(b);
    ratios.push(b / speedOf(a));
  }
  return { ratios, own, reference };
}

interface Figure {
  readonly title: string;
  readonly mustReach: string;
  readonly files: readonly Scan[];
  readonly measure: () => string;
}

const growth = (own: readonly Run[]): string =>
  `RSS grows by ${Math.max(...own.map(({ rssGrowthMb }) => rssGrowthMb)).toFixed(0)} MB at most`;
const seconds = (ms: readonly number[]): string => `${(medianOf(ms) / 1000).toPrecision(3)} s`;
const timesOf = (own: readonly Run[]): number[] => own.map(({ ms }) => ms);

function againstNumpy(mine: () => Run, path: string): string {
  const { ratios, own, reference } = pairs(
    mine,
    () => 1000 * (theirs('open', path).to_first_batch_s ?? Number.NaN),
    ({ ms }) => ms,
  );
  return `${quote(ratios)} times as fast (${seconds(timesOf(own))}, numpy ${seconds(reference)}); ${growth(own)}`;
}

function firstOpening(): Run {
  rmSync(cache, { recursive: true, force: true });
  return ours('open', file('deflated'), cache);
}

/** A second of gathers: less is over before either side has its pace. */
const BATCHES = '20000';

/**
 * Lets the system forget a file, so that the warm-up reads it from the disk as a user's first epoch does: what was just written lies in
 * memory in smaller pieces, which take longer to copy.
 */
function forget(path: string): void {
  execFileSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0', 'status=none']);
}

function gathering(): string {
  forget(file('gathered'));
  const { ratios, own, reference } = pairs(
    () => ours('gather', file('gathered'), BATCHES),
    () => 1 / (theirs('gather', file('gathered'), '--batches', BATCHES).frames_per_s ?? Number.NaN),
    ({ framesPerS = Number.NaN }) => 1 / framesPerS,
  );
  const speed = medianOf(own.map(({ framesPerS = Number.NaN }) => framesPerS));
  return `${quote(ratios)} times as fast (${speed.toFixed(0)} frames/s, numpy ${(1 / medianOf(reference)).toFixed(0)})`;
}

function neighbours(): string {
  const { ratios, own, reference } = pairs(
    () => ours('knn', '1000000', '7'),
    () => 1000 * (theirs('knn', '--points', '1000000', '--k', '7').seconds ?? Number.NaN),
    ({ ms }) => ms,
  );
  const times = ratios.map((ratio) => 1 / ratio);
  return `${quote(times)} times scipy's time (${seconds(timesOf(own))}, scipy ${seconds(reference)})`;
}

/** Peak memory of one step with a large scan instead of a small one; what the step writes is removed. */
function flatMemory(step: (scan: string, written: string) => Run, scans: readonly [small: Scan, large: Scan]): string {
  const written = join(folder, 'written');
  const peaks = Array.from({ length: Number(values.pairs) }, () =>
    scans.map((scan) => {
      const { peakRssMb } = step(file(scan), written);
      rmSync(written, { force: true });
      return peakRssMb;
    }),
  ) as [number, number][];
  const largest = Math.max(...peaks.map(([, large]) => large)).toFixed(0);
  return `${quote(peaks.map(([small, large]) => large / small))} times the peak RSS (${largest} MB at most)`;
}

function againstNpyjs(): string {
  const others: Run[] = [];
  const { ratios, own, reference } = pairs(
    () => ours('open', file('gathered'), cache),
    () => {
      others.push(ours('npyjs', file('gathered')));
      return others.at(-1)?.ms ?? Number.NaN;
    },
    ({ ms }) => ms,
  );
  return `${quote(ratios)} times as fast (${seconds(timesOf(own))}, npyjs ${seconds(reference)}); ${growth(own)}, npyjs's ${growth(others)}`;
}

function againstFflate(): string {
  const { ratios, own, reference } = pairs(
    () => ours('inflate', file('deflated'), 'bridge'),
    () => 1 / (ours('inflate', file('deflated'), 'fflate').mbPerS ?? Number.NaN),
    ({ mbPerS = Number.NaN }) => 1 / mbPerS,
  );
  const speed = medianOf(own.map(({ mbPerS = Number.NaN }) => mbPerS)).toFixed(0);
  return `${quote(ratios)} times as fast (${speed} MB/s, fflate ${(1 / medianOf(reference)).toFixed(0)} MB/s)`;
}

const FLAT = '0.9 to 1.1 times';

const figures: readonly Figure[] = [
  {
    title: 'stored, 5 GB: coordinates and first batch',
    mustReach: '>= 50 times as fast, RSS grows by <= 150 MB',
    files: ['stored'],
    measure: () => againstNumpy(() => ours('open', file('stored'), cache), file('stored')),
  },
  {
    title: 'deflated, 1 GB: first opening',
    mustReach: '>= 0.9 times as fast, RSS grows by <= 200 MB',
    files: ['deflated'],
    measure: () => againstNumpy(firstOpening, file('deflated')),
  },
  {
    title: 'deflated, 1 GB: second opening',
    mustReach: 'like stored',
    files: ['deflated'],
    measure: () => againstNumpy(() => ours('open', file('deflated'), cache), file('deflated')),
  },
  {
    title: 'gather: random batches of 16, page cache warm',
    mustReach: '>= 0.5 times as fast as an array in memory',
    files: ['gathered'],
    measure: gathering,
  },
  { title: 'knn: 7 nearest of 1,000,000 points', mustReach: '<= 1.5 times scipy', files: [], measure: neighbours },
  {
    title: 'memory: iterating 5 GB instead of 0.5 GB',
    mustReach: FLAT,
    files: ['small', 'stored'],
    measure: () => flatMemory((scan) => ours('iterate', scan), ['small', 'stored']),
  },
  {
    title: 'memory: preparing 1 GB instead of 0.5 GB',
    mustReach: FLAT,
    files: ['small', 'gathered'],
    measure: () => flatMemory((scan, written) => ours('prepare', scan, written), ['small', 'gathered']),
  },
  {
    title: 'memory: a product with its frames of 1 GB instead of 0.5 GB',
    mustReach: FLAT,
    files: ['small', 'gathered'],
    measure: () => flatMemory(product, ['small', 'gathered']),
  },
  {
    title: 'npyjs instead: first batch of a stored 1 GB',
    mustReach: 'why frames are read by position',
    files: ['gathered'],
    measure: againstNpyjs,
  },
  { title: 'fflate instead: inflating', mustReach: 'why zlib inflates stacks', files: ['deflated'], measure: againstFflate },
];

function makeFile(name: Scan): void {
  if (existsSync(file(name))) return;
  mkdirSync(folder, { recursive: true });
  // numpy draws all frames at once, so only the compressed file, whose content matters, is made by it.
  if (name === 'deflated')
    run(values.python, [values.reference, 'make', '--frames', `${FRAMES[name]}`, '--out', file(name), '--compressed']);
  else ours('make', file(name), `${FRAMES[name]}`);
}

const chosen = figures.filter(({ title }) => title.includes(values.only));
try {
  for (const name of new Set(chosen.flatMap(({ files }) => files))) makeFile(name);
  for (const { title, mustReach, measure } of values.prepare ? [] : chosen) {
    print(title);
    print(`  must reach ${mustReach}`);
    print(`  reached    ${measure()}`);
  }
} finally {
  if (!values.keep && !values.prepare) rmSync(folder, { recursive: true, force: true });
}
