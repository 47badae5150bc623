import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Batch, readBatches } from '../../../packages/trainer/src/training/batches.js';
import { type PreparedRun, prepareRun } from '../../../packages/trainer/src/training/prepare.js';
import { lossOf } from '../../../packages/trainer/src/training/step.js';
import { bridged, tinyConfig, tinyExecution } from '../../support/tiny-config.js';
import { eventsOf, type TinyRun, tinyRun, tinyScan } from '../../support/tiny-run.js';

const [FOUR, NINE] = [tinyScan({ frames: 4 }), tinyScan({ frames: 9 })];

/** A learning rate that changes nothing: every epoch is like the last. */
const STILL = { learningRate: 1e-30, batchSize: 16 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-epochs-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('The validation loss', () => {
  it('is the mean over the validation groups, whatever the batches', async () => {
    const runs: TinyRun[] = [];
    for (const batchSize of [2, 16])
      runs.push(await tinyRun({ train: NINE, config: { ...STILL, batchSize, nepochs: 1, validationFraction: 0.3 } }));
    const [small, large] = runs.map(({ outcome }) => outcome.history[0]?.valLoss as number) as [number, number];
    expect(small / large).toBeCloseTo(1, 5); // 3 groups in batches of 2 and 1, or in one
    expect(await startingLoss()).toBeCloseTo(large, 5);
  });

  it('is that of the test scan where there is one', async () => {
    const run = await tinyRun({ train: NINE, test: tinyScan({ frames: 4, seed: 9 }), config: { ...STILL, nepochs: 1 } });
    expect(eventsOf(run, 'start')[0]).toMatchObject({ groups: 9, validationGroups: 4 });
    const alone = await tinyRun({ train: NINE, test: NINE, config: { ...STILL, nepochs: 1 } });
    const { trainLoss, valLoss } = alone.outcome.history[0] as { trainLoss: number; valLoss: number };
    expect(valLoss / trainLoss).toBeCloseTo(1, 5); // the same groups with the same parameters
    expect(run.outcome.history[0]?.valLoss).not.toBeCloseTo(valLoss, 3);
  });

  it('is null without validation groups, and the training loss ranks the epochs', async () => {
    const { outcome } = await tinyRun({ train: FOUR, config: { nepochs: 2, batchSize: 8, validationFraction: 0 } });
    expect(outcome.history.map(({ valLoss }) => valLoss)).toEqual([null, null]);
    const [first, second] = outcome.history.map(({ trainLoss }) => trainLoss) as [number, number];
    expect(outcome.bestEpoch).toBe(second < first ? 2 : 1);
  });
});

/** Loss of the starting values on the validation groups. */
async function startingLoss(): Promise<number> {
  const config = tinyConfig({ ...STILL, nepochs: 1, validationFraction: 0.3 });
  const run: PreparedRun = await prepareRun({ config, execution: tinyExecution(), params: bridged(config), train: NINE });
  const batch = (await readBatches(run.validation, run.validationGroups, { batchSize: 16 }).next()).value as Batch;
  const loss = lossOf(batch, run.learner);
  run.dispose();
  return loss;
}

describe('Training ends early', () => {
  it('after as many epochs without improvement as patience has', async () => {
    const { outcome, events } = await tinyRun({ train: FOUR, config: { ...STILL, nepochs: 9, earlyStopPatience: 2 } });
    expect(outcome).toMatchObject({ reason: 'early-stop', epochsCompleted: 3, bestEpoch: 1 });
    expect(events.at(-1)).toEqual({ type: 'end', reason: 'early-stop' });
  });

  it('not while the loss falls', async () => {
    const { outcome } = await tinyRun({ train: NINE, config: { nepochs: 2, earlyStopPatience: 1 } });
    expect(outcome.reason).toBe('completed');
  });
});

it('A plateau halves the learning rate after two epochs without improvement', async () => {
  const { outcome } = await tinyRun({
    train: FOUR,
    config: { ...STILL, nepochs: 5, schedule: 'plateau', learningRate: 1e-20 },
  });
  expect(outcome.history.map(({ learningRate }) => learningRate)).toEqual([1e-20, 1e-20, 1e-20, 0.5e-20, 0.5e-20]);
});

describe('The best epoch', () => {
  it('is the first of equals, and the only one called best', async () => {
    const run = await tinyRun({ train: FOUR, config: { ...STILL, nepochs: 3 } });
    expect(run.outcome.bestEpoch).toBe(1);
    expect(eventsOf(run, 'epoch').map(({ best }) => best)).toEqual([true, false, false]);
  });

  it('gives its parameters to the model, not the last', async () => {
    // A step far too long makes the second epoch worse than the first.
    const config = { nepochs: 2, batchSize: 16, validationFraction: 0, schedule: 'constant', learningRate: 0.05 };
    const two = await tinyRun({ train: FOUR, config });
    expect(two.outcome.history[1]?.trainLoss as number).toBeGreaterThan(two.outcome.history[0]?.trainLoss as number);
    const one = await tinyRun({ train: FOUR, config: { ...config, nepochs: 1 } });
    expect(two.outcome.bestEpoch).toBe(1);
    expect(two.outcome.model.values.get('phase/centre/bias')).toEqual(one.outcome.model.values.get('phase/centre/bias'));
  });
});

describe('Checkpoints', () => {
  it('are written after each epoch, the best ones under their own names', async () => {
    const dir = join(folder, 'top');
    const run = await tinyRun({
      train: FOUR,
      config: { nepochs: 3, batchSize: 12 },
      checkpointDir: dir,
      execution: { checkpointSaveTopK: 2 },
    });
    expect(eventsOf(run, 'checkpoint')).toEqual([1, 2, 3].map((epoch) => ({ type: 'checkpoint', path: join(dir, 'last.npz'), epoch })));
    const ranked = [...run.outcome.history].sort((a, b) => (a.valLoss as number) - (b.valLoss as number)).slice(0, 2);
    const expected = ranked.map(({ epoch, valLoss }) => `epoch=${epoch}-val_loss=${valLoss?.toPrecision(6)}.npz`);
    expect((await readdir(dir)).sort()).toEqual([...expected, 'last.npz'].sort());
  });
});
