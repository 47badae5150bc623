// Training and inference beside the PyTorch reference, alternating, each run in a process of its own.
//   npm run bench:train -- --reference ../shared/bench/torch_reference.py --python python3 --pairs 5 --only train-1,stitch-2
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { medianOf, quote } from '../statistics.js';
import { hasTorch, type Programs, programs, type Timing } from './programs.js';

const beside = fileURLToPath(new URL('../../../shared/bench/torch_reference.py', import.meta.url));
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
    reference: { type: 'string', default: beside },
    threads: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const pairs = Number(values.pairs);
const run: Programs = programs({ python: values.python, reference: values.reference, threads: values.threads });
const withTorch = existsSync(values.reference) && hasTorch(values.python);
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Runs the programs in turn, one round more than counted: the first warms caches and clocks up. */
async function rounds<K extends string>(of: Readonly<Record<K, () => Promise<Timing>>>): Promise<Record<K, Timing[]>> {
  const names = Object.keys(of) as K[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Timing[]])) as Record<K, Timing[]>;
  for (let round = 0; round <= pairs; round++) {
    for (const name of names) {
      const timing = await of[name]();
      if (round > 0) results[name].push(timing);
    }
  }
  return results;
}

const ratios = (slower: readonly Timing[], faster: readonly Timing[]): number[] =>
  slower.map(({ median_ms }, i) => median_ms / (faster[i] as Timing).median_ms);

async function besideTorch(mode: 'train' | 'infer', gridsize: number): Promise<void> {
  const ours = (): Promise<Timing> => run.ours(mode, gridsize);
  const torch = (layout: string) => (): Promise<Timing> => (withTorch ? run.torch(mode, { gridsize, layout }) : Promise.resolve(NONE));
  const timings = await rounds({ ours, first: torch('channels_first'), last: torch('channels_last') });
  const { groups, memory } = speedOf(timings.ours);
  print(`${mode.padEnd(6)} gridsize ${gridsize}: ${groups} groups/s, peak ${memory} MB`);
  if (!withTorch) return;
  print(`    against channels-first  ${quote(ratios(timings.first, timings.ours))}`);
  print(`    against channels-last   ${quote(ratios(timings.last, timings.ours))}`);
}

const NONE: Timing = { median_ms: Number.NaN, groups_per_s: Number.NaN };

const speedOf = (timings: readonly Timing[]): { readonly groups: string; readonly memory: string } => ({
  groups: medianOf(timings.map(({ groups_per_s }) => groups_per_s)).toFixed(1),
  memory: Math.max(...timings.map(({ peak_rss_mb = 0 }) => peak_rss_mb)).toFixed(0),
});

/** Stitching costs a tenth of a step: the two are timed in turn within one process, where the machine has no time to change its mind. */
async function stitching(gridsize: number): Promise<void> {
  const { stitch } = await rounds({ stitch: () => run.ours('stitch', gridsize, { beside: 'infer' }) });
  print(`stitch gridsize ${gridsize}: ${quote(stitch.map(({ ratio = Number.NaN }) => ratio))} of the speed of the network alone`);
}

async function wholeEpochs(gridsize: number): Promise<void> {
  const { epoch } = await rounds({ epoch: () => run.epoch(gridsize) });
  const { groups, memory } = speedOf(epoch);
  const share = quote(epoch.map(({ ratio = Number.NaN }) => ratio));
  print(`epoch  gridsize ${gridsize}: ${groups} groups/s, peak ${memory} MB, ${share} of the speed of the bare step`);
}

async function processes(): Promise<void> {
  const two = async (): Promise<Timing> => {
    const both = await Promise.all([1, 2].map(() => run.ours('train', 1, { threads: '1' })));
    const groups_per_s = both.reduce((sum, timing) => sum + timing.groups_per_s, 0);
    return { groups_per_s, median_ms: 16e3 / groups_per_s };
  };
  const timings = await rounds({ two, one: () => run.ours('train', 1, { threads: '2' }) });
  print(`two processes of one thread each against one of two: ${quote(ratios(timings.one, timings.two))} times the groups/s`);
}

const sections: Readonly<Record<string, () => Promise<void>>> = {
  'train-1': () => besideTorch('train', 1),
  'train-2': () => besideTorch('train', 2),
  'infer-1': () => besideTorch('infer', 1),
  'infer-2': () => besideTorch('infer', 2),
  'stitch-1': () => stitching(1),
  'stitch-2': () => stitching(2),
  'epoch-1': () => wholeEpochs(1),
  'epoch-2': () => wholeEpochs(2),
  processes,
};
if (!withTorch) print('No reference to compare with: torch is not installed for that Python, or the reference program is absent.');
print(`times as fast, median of ${pairs} pairs (range); N 64, batch 16, ${values.threads} threads`);
for (const name of values.only?.split(',') ?? Object.keys(sections)) {
  const section = sections[name];
  if (section === undefined) throw new RangeError(`expected --only to name some of ${Object.keys(sections).join(', ')}, got "${name}"`);
  await section();
}
