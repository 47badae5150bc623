import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPtychoError } from '@ptychokit/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../packages/trainer/src/checkpoint/file.js';
import { CheckpointKeeper } from '../../../packages/trainer/src/checkpoint/keeper.js';
import type { CheckpointError } from '../../../packages/trainer/src/errors.js';
import type { EpochRecord } from '../../../packages/trainer/src/training/train-event.js';
import { tinyConfig, tinyExecution } from '../../support/tiny-config.js';
import { checkpointOf, SPECS } from './checkpoint-of.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-keeper-'));
});
afterEach(() => rm(folder, { recursive: true }));

const keeperFor = (execution: Record<string, unknown> = {}, directory = folder): CheckpointKeeper =>
  new CheckpointKeeper(directory, tinyExecution(execution));

const recordOf = (epoch: number, valLoss: number | null, trainLoss = 1): EpochRecord => ({
  epoch,
  trainLoss,
  valLoss,
  learningRate: 1,
  seconds: 1,
  patternsPerSecond: 1,
});

/** Saves after every epoch, as the loop does; the names of the ranked files after each. */
async function saveEpochs(keeper: CheckpointKeeper, history: readonly EpochRecord[]): Promise<string[][]> {
  const names: string[][] = [];
  for (const [i] of history.entries()) {
    await keeper.save(
      checkpointOf({ history: history.slice(0, i + 1), progress: { epoch: i + 1, step: 0, lossSum: 0, lossCount: 0 } }),
      SPECS,
    );
    names.push((await readdir(folder)).filter((name) => name !== 'last.npz').sort());
  }
  return names;
}

const ofLosses = (losses: readonly (number | null)[]): EpochRecord[] => losses.map((loss, i) => recordOf(i + 1, loss, 10 - i));

describe('The best epochs are kept', () => {
  it('and those that are surpassed removed', async () => {
    const names = await saveEpochs(keeperFor({ checkpointSaveTopK: 2 }), ofLosses([3, 1, 2, 0.5, 4]));
    const file = (epoch: number, value: string): string => `epoch=${epoch}-val_loss=${value}.npz`;
    expect(names).toEqual([
      [file(1, '3.00000')],
      [file(1, '3.00000'), file(2, '1.00000')],
      [file(2, '1.00000'), file(3, '2.00000')],
      [file(2, '1.00000'), file(4, '0.500000')],
      [file(2, '1.00000'), file(4, '0.500000')],
    ]);
  });

  it('by the largest number where that is better', async () => {
    const names = await saveEpochs(keeperFor({ checkpointMode: 'max' }), ofLosses([3, 1, 4]));
    expect(names).toEqual([['epoch=1-val_loss=3.00000.npz'], ['epoch=1-val_loss=3.00000.npz'], ['epoch=3-val_loss=4.00000.npz']]);
  });

  it('by the training loss where that is monitored, or where there is no other', async () => {
    expect((await saveEpochs(keeperFor({ checkpointMonitor: 'train_loss' }), ofLosses([1, 2]))).at(-1)).toEqual([
      'epoch=2-train_loss=9.00000.npz',
    ]);
    await rm(join(folder, 'epoch=2-train_loss=9.00000.npz'));
    expect((await saveEpochs(keeperFor(), ofLosses([null, null]))).at(-1)).toEqual(['epoch=2-val_loss=9.00000.npz']);
  });

  it('with the state of that epoch in them', async () => {
    await saveEpochs(keeperFor(), ofLosses([1, 2]));
    expect((await readCheckpoint(join(folder, 'epoch=1-val_loss=1.00000.npz'), SPECS)).progress.epoch).toBe(1);
    expect((await readCheckpoint(join(folder, 'last.npz'), SPECS)).progress.epoch).toBe(2);
  });

  it('not in the middle of an epoch', async () => {
    await keeperFor().save(checkpointOf({ progress: { epoch: 1, step: 3, lossSum: 1, lossCount: 4 } }), SPECS);
    expect(await readdir(folder)).toEqual(['last.npz']);
  });

  it('and nothing else in the folder is touched', async () => {
    const other = keeperFor({}, join(folder, 'a/b'));
    await other.save(checkpointOf({}), SPECS);
    expect((await readdir(join(folder, 'a/b'))).sort()).toEqual(['epoch=1-val_loss=0.500000.npz', 'last.npz']);
    await saveEpochs(keeperFor(), ofLosses([1, 0.5]));
    expect((await readdir(folder)).sort()).toEqual(['a', 'epoch=2-val_loss=0.500000.npz', 'last.npz']);
  });
});

describe('The last state', () => {
  const { config, scales, data } = checkpointOf({});
  const run = { config, scales, data };

  it('is none where nothing was saved', async () => {
    expect(await keeperFor().resume(run, SPECS)).toBeNull();
    expect(await keeperFor({}, join(folder, 'missing')).resume(run, SPECS)).toBeNull();
  });

  it('is what was saved last', async () => {
    const checkpoint = checkpointOf({ progress: { epoch: 1, step: 3, lossSum: 1, lossCount: 4 } });
    expect(await keeperFor().save(checkpoint, SPECS)).toBe(join(folder, 'last.npz'));
    expect(await keeperFor().resume(run, SPECS)).toEqual(checkpoint);
  });

  it('of another configuration is refused with the fields that differ', async () => {
    await keeperFor().save(checkpointOf({}), SPECS);
    const error = (await keeperFor()
      .resume({ ...run, config: tinyConfig({ seed: 3, 'model.gridsize': 2 }) }, SPECS)
      .catch((e: unknown) => e)) as CheckpointError;
    expect(isPtychoError(error, 'CHECKPOINT')).toBe(true);
    expect([...error.fields].sort()).toEqual(['model.gridsize', 'seed']);
  });

  it('of other data is refused, whatever differs', async () => {
    await keeperFor().save(checkpointOf({}), SPECS);
    const error = (await keeperFor()
      .resume({ ...run, config: tinyConfig({ seed: 3 }), scales: { ...scales, inputScale: 9, probeScale: 9 } }, SPECS)
      .catch((e: unknown) => e)) as CheckpointError;
    expect(error.fields).toEqual(['seed', 'training data']);
    expect(error.what).toBe('The checkpoint is of another run; these differ: seed, training data');
  });

  it('of other data is refused with the parts that differ, one that is missing or new included', async () => {
    await keeperFor().save(checkpointOf({}), SPECS);
    const other = { 'training positions': data['training positions'] as string, 'training frames': 'other', 'validation frames': 'new' };
    const error = (await keeperFor()
      .resume({ ...run, scales: { ...scales, inputScale: 9 }, data: other }, SPECS)
      .catch((e: unknown) => e)) as CheckpointError;
    expect(error.fields).toEqual(['training frames', 'training groups', 'validation frames']);
  });

  it('of another configuration is refused before its parameters are read', async () => {
    await keeperFor().save(checkpointOf({}), SPECS);
    const wide = [{ name: 'kernel', shape: [99], initialiser: { kind: 'constant', value: 0 } }] as const;
    const error = (await keeperFor()
      .resume({ ...run, config: tinyConfig({ 'model.nFiltersScale': 2 }) }, wide)
      .catch((e: unknown) => e)) as CheckpointError;
    expect(error.fields).toEqual(['model.nFiltersScale']);
  });
});
