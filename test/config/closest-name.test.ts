import { expect, test } from 'vitest';
import { closestName } from '../../packages/config/src/closest-name.js';

const names = ['nepochs', 'batchSize', 'learningRate', 'seed', 'N'];

test.each([
  ['batchsize', 'batchSize'],
  ['batch_size', 'batchSize'],
  ['bathcSize', 'batchSize'],
  ['epochs', 'nepochs'],
  ['sede', 'seed'],
  ['n', 'N'],
  ['colour', undefined],
  ['', undefined],
])('%j is close to %j', (name, expected) => {
  expect(closestName(name, names)).toBe(expected);
});
