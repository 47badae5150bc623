// Times whole epochs in a process of its own and prints JSON: a scan file, batches read ahead, training, log and checkpoints. Every few steps
// the epoch waits for as many bare training steps of the same size, so that the machine is in one mood for both.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
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
    epochs: { type: 'string', default: '4' },
  },
});
/** Steps of the epoch before it is the turn of the bare ones. */
const TURN = 16;
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
  const turns: number[] = [];
  let [steps, groups, began] = [0, 0, 0];
  /** Time of the epoch under way, and of as many bare steps. */
  let sums = { epoch: 0, bare: 0 };
  let pending = 0;
  const turnToBareSteps = async (): Promise<void> => {
    sums.epoch += performance.now() - began;
    for (; pending > 0; pending--) sums.bare += timeOf(bareStep);
    const waited = performance.now();
    await nextTurn(); // What the bare steps left to the event loop is not work of the epoch.
    turns.push(performance.now() - waited);
    began = performance.now();
  };
  for await (const event of train({ config, execution, params, train: raw, checkpointDir })) {
    await logger.log(event);
    if (event.type === 'start') {
      [steps, groups, began] = [event.stepsPerEpoch, event.groups, performance.now()];
    } else if (event.type === 'step') {
      pending++;
      if (pending === TURN) await turnToBareSteps();
    } else if (event.type === 'checkpoint') {
      // An epoch ends when its checkpoint is written; the first one warms up.
      await turnToBareSteps();
      if (event.epoch > 1) times.push(sums.epoch);
      if (event.epoch > 1) ratios.push(sums.bare / sums.epoch);
      sums = { epoch: 0, bare: 0 };
    }
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
      turn_ms: medianOf(turns),
      groups_per_s: (1e3 * groups) / epoch_ms,
      peak_rss_mb: process.resourceUsage().maxRSS / 1024,
    })}\n`,
  );
} finally {
  await rm(dir, { recursive: true });
}
