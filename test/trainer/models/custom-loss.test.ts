import { type CustomLoss, trainWith } from '@ptychokit/trainer';
import { memory } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { maeLoss } from '../../../packages/trainer/src/losses.js';
import { bridged, tinyConfig, tinyExecution } from '../../support/tiny-config.js';
import { tinyScan } from '../../support/tiny-run.js';

const losses = async (weights: Readonly<Record<string, number>>, loss?: CustomLoss): Promise<readonly number[]> => {
  const config = tinyConfig({ nepochs: 1, batchSize: 2, 'model.nFiltersScale': 1, ...weights });
  const request = { config, execution: tinyExecution(), params: bridged(config), train: tinyScan({ frames: 4 }), loss };
  return (await trainWith(request)).history.map(({ trainLoss }) => trainLoss);
};

it('A loss that is given trains as the built-in one does that computes the same, whatever the configuration weighs', async () => {
  const own: CustomLoss = ({ predicted, measured }) => maeLoss(predicted, measured);
  const before = memory().numTensors;
  const builtIn = await losses({ maeWeight: 1, nllWeight: 0 });
  expect(await losses({ maeWeight: 0, nllWeight: 1 }, own)).toEqual(builtIn);
  expect(await losses({ maeWeight: 0, nllWeight: 1 })).not.toEqual(builtIn);
  expect(memory().numTensors).toBe(before);
});
