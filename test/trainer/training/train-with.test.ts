import { type TrainRequest, trainWith } from '@ptychokit/trainer';
import { memory } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { bridged, tinyConfig, tinyExecution } from '../../support/tiny-config.js';
import { tinyScan } from '../../support/tiny-run.js';

const request = (): TrainRequest => {
  const config = tinyConfig({ nepochs: 1, batchSize: 2 });
  return { config, execution: tinyExecution(), params: bridged(config), train: tinyScan({ frames: 4 }) };
};

it('Callbacks are told everything in order, and waited for', async () => {
  const told: string[] = [];
  const note = async ({ type }: { readonly type: string }): Promise<void> => {
    told.push(`${type} begins`);
    await Promise.resolve();
    told.push(type);
  };
  const outcome = await trainWith(request(), { onStart: note, onStep: note, onEpoch: note, onCheckpoint: note, onEnd: note });
  expect(told).toEqual(['start', 'step', 'step', 'epoch', 'end'].flatMap((type) => [`${type} begins`, type]));
  expect(outcome).toMatchObject({ reason: 'completed', epochsCompleted: 1 });
});

it('A callback that throws ends the run and leaves nothing on the engine', async () => {
  const before = memory().numTensors;
  const onStep = (): never => {
    throw new Error('enough');
  };
  await expect(trainWith(request(), { onStep })).rejects.toThrow('enough');
  expect(memory().numTensors).toBe(before);
});
