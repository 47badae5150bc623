import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CsvLogger } from '../../../packages/trainer/src/loggers/csv-logger.js';
import type { TrainEvent } from '../../../packages/trainer/src/training/train-event.js';
import { epochEvent, startEvent, stepEvent } from './training-events.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-csv-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Logs events, returns the lines of the file. */
async function logged(events: readonly TrainEvent[]): Promise<string[]> {
  const logger = new CsvLogger(folder);
  for (const event of events) await logger.log(event);
  await logger.close();
  return (await readFile(join(logger.directory as string, 'metrics.csv'), 'utf8')).split('\n');
}

const HEADER = 'epoch,step,learning_rate,train_loss_step,train_loss,val_loss';

/** The steps of one epoch. */
const steps = (epoch: number, count: number): TrainEvent[] => Array.from({ length: count }, (_, i) => stepEvent(epoch, i + 1));

describe('metrics.csv', () => {
  it('has a row for every twentieth step and one for each epoch', async () => {
    const lines = await logged([
      startEvent(),
      ...steps(1, 45),
      epochEvent(1),
      { type: 'checkpoint', path: 'last.npz', epoch: 1 },
      ...steps(2, 20),
      epochEvent(2),
      { type: 'end', reason: 'completed' },
    ]);
    expect(lines).toEqual([
      HEADER,
      '1,20,0.001,1.2,,',
      '1,40,0.001,1.4,,',
      '1,,0.001,,0.5,0.25',
      '2,20,0.001,2.2,,',
      '2,,0.001,,0.25,0.125',
      '',
    ]);
  });

  it('leaves the validation loss empty where there is none', async () => {
    expect(await logged([startEvent(), epochEvent(1, null)])).toEqual([HEADER, '1,,0.001,,0.5,', '']);
  });

  it('starts with its header', async () => {
    expect(await logged([startEvent()])).toEqual([HEADER, '']);
  });

  it('needs the start first', async () => {
    await expect(new CsvLogger(folder).log(epochEvent(1))).rejects.toThrow(new TypeError('expected the start event first'));
  });
});

describe('A resumed run', () => {
  const first = [startEvent(), ...steps(1, 60), epochEvent(1), ...steps(2, 60), epochEvent(2), ...steps(3, 40)];
  const rows = {
    one: ['1,20,0.001,1.2,,', '1,40,0.001,1.4,,', '1,60,0.001,1.6,,', '1,,0.001,,0.5,0.25'],
    two: ['2,20,0.001,2.2,,', '2,40,0.001,2.4,,', '2,60,0.001,2.6,,', '2,,0.001,,0.25,0.125'],
  };

  it.each<[string, { epoch: number; step: number }, string[]]>([
    ['at the end of epoch 2', { epoch: 2, step: 0 }, [...rows.one, ...rows.two]],
    ['in the middle of epoch 3', { epoch: 2, step: 25 }, [...rows.one, ...rows.two, '3,20,0.001,3.2,,']],
    ['at a logged step', { epoch: 2, step: 40 }, [...rows.one, ...rows.two, '3,20,0.001,3.2,,', '3,40,0.001,3.4,,']],
    ['in the middle of epoch 2', { epoch: 1, step: 40 }, [...rows.one, '2,20,0.001,2.2,,', '2,40,0.001,2.4,,']],
    ['with a whole epoch to repeat', { epoch: 1, step: 0 }, rows.one],
    ['before the first epoch ended', { epoch: 0, step: 0 }, []],
  ])('keeps the rows that the checkpoint %s contains', async (_, { epoch, step }, kept) => {
    await logged(first);
    const lines = await logged([startEvent({ resumedFromEpoch: epoch, resumedFromStep: step })]);
    expect(lines).toEqual([HEADER, ...kept, '']);
  });

  it('goes on in the same file, which becomes that of an undisturbed run', async () => {
    await logged(first);
    const resumed = await logged([startEvent({ resumedFromEpoch: 1, resumedFromStep: 30 }), ...steps(2, 60).slice(30), epochEvent(2)]);
    expect(resumed).toEqual([HEADER, ...rows.one, ...rows.two, '']);
  });

  it('starts a file where the log of the first is gone', async () => {
    expect(await logged([startEvent({ resumedFromEpoch: 1, resumedFromStep: 0 }), epochEvent(2)])).toEqual([
      HEADER,
      '2,,0.001,,0.25,0.125',
      '',
    ]);
  });
});
