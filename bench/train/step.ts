// Times one kind of step in a process of its own and prints JSON: `step.ts --mode train|infer|stitch --gridsize 1 --batch 16 …`.
// With `--beside infer` another kind of step is timed in turn with it, and the ratio of each pair is printed too.
import { parseArgs } from 'node:util';
import { parseTrainingConfig, Random } from '@ptychokit/config';
import { loadEngine } from '@ptychokit/trainer';
import { medianOf } from '../statistics.js';
import { timeOf } from './time-of.js';
import { buildWorkload } from './workload.js';

/** Of the reference program: frames lie up to 4 pixels from the centre of their group. */
const LARGEST_OFFSET = 4;

type StepKind = 'train' | 'infer' | 'stitch';

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'train' },
    beside: { type: 'string' },
    gridsize: { type: 'string', default: '1' },
    batch: { type: 'string', default: '16' },
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '20' },
    warmup: { type: 'string', default: '5' },
  },
});
const gridsize = Number(values.gridsize) as 1 | 2;
const batch = Number(values.batch);
const engine = await loadEngine({ threads: Number(values.threads) });
const config = parseTrainingConfig({ trainDataFile: 'benchmark', batchSize: batch, model: { N: 64, gridsize } });
const workload = buildWorkload(config, { random: new Random(0, 'benchmark'), largestOffset: LARGEST_OFFSET });
const step = workload.step(values.mode as StepKind);
const other = values.beside === undefined ? undefined : workload.step(values.beside as StepKind);
const ratios: number[] = [];
const times: number[] = [];
for (let i = 0; i < Number(values.warmup) + Number(values.steps); i++) {
  const before = other === undefined ? Number.NaN : timeOf(other);
  const taken = timeOf(step);
  if (i < Number(values.warmup)) continue;
  times.push(taken);
  ratios.push(before / taken);
}
const median_ms = medianOf(times);
process.stdout.write(
  `${JSON.stringify({
    mode: values.mode,
    gridsize,
    batch,
    threads: engine.threads,
    median_ms,
    ...(other === undefined ? {} : { ratio: medianOf(ratios) }),
    min_ms: Math.min(...times),
    groups_per_s: (batch / median_ms) * 1e3,
    peak_rss_mb: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);
