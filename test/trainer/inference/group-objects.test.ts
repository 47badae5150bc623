import { zeros } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { groupObjects } from '../../../packages/trainer/src/inference/group-objects.js';
import { stateOf, tinyModel, withoutKernels } from '../tiny-model.js';

it.each([
  [1, 'merged', 3, 'frame'],
  [1, 'single', 3, 'frame'],
  [2, 'independent', 12, 'frame'],
  [2, 'single', 3, 'group'],
  [2, 'merged', 3, 'group'],
] as const)('Three groups of gridsize %i in mode %s give %i patches, one for each %s', (gridsize, objectMode, count, place) => {
  const model = tinyModel({ config: { 'model.gridsize': gridsize, 'model.objectMode': objectMode }, canvasSize: 72 });
  const state = stateOf(model, { values: withoutKernels(model) });
  const channels = gridsize ** 2;
  const objects = groupObjects(state)({ frames: zeros([3, channels, 64, 64]), offsets: new Float32Array(6 * channels) });
  expect(objects.place).toBe(place);
  expect(objects.re).toHaveLength(count * 64 ** 2);
  // Without kernels every patch is 1.
  expect(objects.re.reduce((most, value) => Math.max(most, Math.abs(value - 1)), 0)).toBeLessThan(1e-5);
});

it('A merge is centred on the group: the member to the right fills the right', () => {
  const model = tinyModel({ config: { 'model.gridsize': 2, 'model.mergeWeights': 'centre' }, canvasSize: 104 });
  const values = new Map(withoutKernels(model));
  values.set('phase/centre/bias', Float32Array.of(0, 0, 0, 0.5)); // the last member is another
  const state = stateOf(model, { values });
  const offsets = Float32Array.of(-20, 0, 0, 0, 0, 0, 20, 0);
  const { re, im } = groupObjects(state)({ frames: zeros([1, 4, 64, 64]), offsets });
  const at = (column: number): number => Math.atan2(im[32 * 64 + column] as number, re[32 * 64 + column] as number);
  expect(at(10)).toBeCloseTo(0, 5);
  expect(at(60)).toBeCloseTo(Math.PI * Math.tanh(0.5), 5); // columns beyond 48 are the last member's alone
});
