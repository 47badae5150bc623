import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TensorBoardLogger } from '../../../packages/trainer/src/loggers/tensorboard-logger.js';
import type { TrainEvent } from '../../../packages/trainer/src/training/train-event.js';
import { hasPython, runPython } from '../../support/python.js';
import { type ParsedEvent, parseTensorBoard } from './tensorboard-file.js';
import { epochEvent, startEvent, stepEvent } from './training-events.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-tensorboard-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function logged(events: readonly TrainEvent[]): Promise<ParsedEvent[]> {
  const logger = new TensorBoardLogger(folder);
  for (const event of events) await logger.log(event);
  await logger.close();
  const directory = logger.directory as string;
  const names = await readdir(directory);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^events\.out\.tfevents\.\d{10}\..+/);
  return parseTensorBoard(await readFile(join(directory, names[0] as string)));
}

it('Losses, learning rate and epoch are scalars by optimiser step', async () => {
  const before = Date.now() / 1e3;
  const [version, ...events] = await logged([
    startEvent(),
    ...Array.from({ length: 45 }, (_, i) => stepEvent(1, i + 1)),
    epochEvent(1),
    stepEvent(2, 20),
    epochEvent(2, null),
    { type: 'end', reason: 'completed' },
  ]);
  expect(version).toMatchObject({ step: 0, fileVersion: 'brain.Event:2' });
  const rate = Math.fround(1e-3);
  expect(events.map(({ step, scalars }) => [step, scalars])).toEqual([
    [20, { train_loss_step: Math.fround(1.2) }],
    [40, { train_loss_step: Math.fround(1.4) }],
    [60, { train_loss: 0.5, val_loss: 0.25, learning_rate: rate, epoch: 1 }],
    [80, { train_loss_step: Math.fround(2.2) }],
    [120, { train_loss: 0.25, learning_rate: rate, epoch: 2 }],
  ]);
  for (const { wallTime } of events) {
    expect(wallTime).toBeGreaterThanOrEqual(before);
    expect(wallTime).toBeLessThanOrEqual(Date.now() / 1e3);
  }
});

it('The start comes first', async () => {
  await expect(new TensorBoardLogger(folder).log(epochEvent(1))).rejects.toThrow(new TypeError('expected the start event first'));
});

const READER = 'tensorboard.backend.event_processing.event_accumulator';
const READ_SCALARS = `
import json, sys
from ${READER} import EventAccumulator
log = EventAccumulator(sys.argv[1])
log.Reload()
print(json.dumps({tag: [[event.step, event.value] for event in log.Scalars(tag)] for tag in log.Tags()["scalars"]}))
`;

it('TensorBoard itself reads what was logged', async ({ skip }) => {
  if (!hasPython([READER])) skip('Python with tensorboard is not installed');
  await logged([
    startEvent(),
    stepEvent(1, 20),
    epochEvent(1),
    stepEvent(2, 20),
    epochEvent(2, null),
    { type: 'end', reason: 'completed' },
  ]);
  const [run] = await readdir(folder, { recursive: true, withFileTypes: true }).then((all) => all.filter((entry) => entry.isFile()));
  expect(runPython(READ_SCALARS, { needs: [READER], args: [run?.parentPath as string] })).toEqual({
    train_loss_step: [[20, Math.fround(1.2)], [80, Math.fround(2.2)]], // biome-ignore format: one line
    train_loss: [[60, 0.5], [120, 0.25]], // biome-ignore format: one line
    val_loss: [[60, 0.25]],
    learning_rate: [[60, Math.fround(1e-3)], [120, Math.fround(1e-3)]], // biome-ignore format: one line
    epoch: [[60, 1], [120, 2]], // biome-ignore format: one line
  });
});
