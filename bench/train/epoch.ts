// Times whole epochs in a process of its own and prints JSON: a scan file, batches read ahead, training, log and checkpoints. After each epoch
// bare training steps of the same size are timed, so that the machine is in one mood for both.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LegacyParams, loadExecutionConfig, loadTrainingConfig, Random } from '@ptychokit/config';
import { openDataset } from '@ptychokit/memmap-bridge';
import { simulateScanFile } from '@ptychokit/study';
import { createLogger, loadEngine, train } from '@ptychokit/trainer';
import { medianOf } from '../statistics.js';
import { timeOf } from './time-of.js';
import { buildWorkload } from './workload.js';

const { values } = parseArgs({
  options: {
    gridsize: { type: 'string', default: '1' },
    batch: { type: 'string', default: '16' },
    threads: { type: 'string', default: '2' },
    frames: { type: 'string', default: '512' },
    epochs: { type: 'string', default: '5' },
    steps: { type: 'string', default: '12' },
  },
});
const meanOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const engine = await loadEngine({ threads: Number(values.threads) });
const dir = await mkdtemp(join(tmpdir(), 'ptychokit-bench-'));
try {
  const path = join(dir, 'scan.npz');
  await simulateScanFile(path, { object: 'siemens', frames: Number(values.frames), step: 4, nphotons: 1e6, seed: 1 });
  const config = loadTrainingConfig({
    overrides: {
      trainDataFile: path,
      outputDir: dir,
      batchSize: Number(values.batch),
      nepochs: Number(values.epochs),
      validationFraction: 0,
      'model.gridsize': Number(values.gridsize),
    },
  });
  const params = new LegacyParams();
  params.bridge(config);
  const raw = await openDataset(path);
  const largestOffset = raw.group(config, params).offsets.reduce((most, offset) => Math.max(most, Math.abs(offset)), 0);
  const bareStep = buildWorkload(config, { random: new Random(0, 'benchmark'), largestOffset }).step('train');
  const ratios: number[] = [];
  const execution = loadExecutionConfig({ overrides: {} });
  const logger = createLogger('csv', dir);
  const checkpointDir = join(dir, 'checkpoints');
  const times: number[] = [];
  let [steps, groups, began] = [0, 0, 0];
  for await (const event of train({ config, execution, params, train: raw, checkpointDir })) {
    await logger.log(event);
    if (event.type === 'start') [steps, groups] = [event.stepsPerEpoch, event.groups];
    if (event.type !== 'start' && event.type !== 'checkpoint') continue;
    // An epoch ends when its checkpoint is written; the first one warms up.
    const taken = performance.now() - began;
    if (event.type === 'checkpoint') {
      const bare = meanOf(Array.from({ length: Number(values.steps) }, () => timeOf(bareStep)));
      if (event.epoch > 1) times.push(taken);
      if (event.epoch > 1) ratios.push((bare * groups) / Number(values.batch) / taken);
    }
    began = performance.now();
  }
  await logger.close();
  await raw.frames.close();
  const epoch_ms = medianOf(times);
  process.stdout.write(
    `${JSON.stringify({
      mode: 'epoch',
      threads: engine.threads,
      median_ms: (epoch_ms * Number(values.batch)) / groups,
      steps,
      largest_offset: largestOffset,
      ratio: medianOf(ratios),
      groups_per_s: (1e3 * groups) / epoch_ms,
      peak_rss_mb: process.resourceUsage().maxRSS / 1024,
    })}\n`,
  );
} finally {
  await rm(dir, { recursive: true });
}
