import { toPair } from '@ptychokit/physics';
import { memory } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { PROBE_RE, startingValues } from '../../../packages/trainer/src/models/definition.js';
import { trainedModel } from '../../../packages/trainer/src/models/trained-model.js';
import { tinyModel, withoutKernels } from '../tiny-model.js';

const N = 64;

it('A model with a constant probe keeps it', () => {
  const model = tinyModel();
  const values = startingValues(model);
  const trained = trainedModel({ model, probe: toPair(model.probe) }, values);
  expect(trained).toMatchObject({ config: model.config, scales: model.scales, canvasSize: model.canvasSize });
  expect(trained.probe).toBe(model.probe);
  expect(trained.values).toBe(values);
});

it('A trained probe becomes the probe of the model', () => {
  const model = tinyModel({ config: { 'model.probeTrainable': true } });
  const values = new Map([...withoutKernels(model), [PROBE_RE, new Float32Array(N * N).fill(0.25)]]);
  const { probe } = trainedModel({ model, probe: toPair(model.probe) }, values);
  expect(probe.shape).toEqual([N, N]);
  expect(Array.from(probe.data.subarray(0, 4))).toEqual([0.25, 0, 0.25, 0]);
});

it('A trained probe is given after its filters, its raw values stay the parameters', () => {
  const model = tinyModel({ config: { 'model.probeTrainable': true, 'model.probeMask': true } });
  const values = withoutKernels(model);
  const { probe, values: kept } = trainedModel({ model, probe: toPair(model.probe) }, values);
  const at = (row: number, column: number): number => probe.data[2 * (row * N + column)] as number;
  expect([at(32, 32), at(0, 0), at(32, 49)]).toEqual([0.5, 0, 0]);
  expect(kept.get(PROBE_RE)?.[0]).toBe(0.5);
});

it('Nothing is left on the engine', () => {
  const model = tinyModel({ config: { 'model.probeTrainable': true, 'model.gaussianSmoothingSigma': 1 } });
  const context = { model, probe: toPair(model.probe) };
  const before = memory().numTensors;
  trainedModel(context, withoutKernels(model));
  expect(memory().numTensors).toBe(before);
});
