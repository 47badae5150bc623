import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import { avgPool, grad, memory, mul, maxPool as plainMaxPool, type Tensor, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { maxPool, maxPoolGradient } from '../../../packages/trainer/src/ops/max-pool.js';
import { maxDifference, randomTensor } from '../../contract/operator.js';

const windowSums = (image: Tensor): Tensor => mul(avgPool(image as Tensor4D, 2, 2, 'valid'), 4);

/** Few different values, so that most windows have ties. */
const tied = (): Tensor4D => {
  const random = new Random(1);
  return tensor4d(
    Float32Array.from({ length: 2 * 8 * 6 * 3 }, () => random.integer(3)),
    [2, 8, 6, 3],
  );
};

it('The largest of each 2x2 window is kept', () => {
  const x = tensor4d([1, 2, 5, 3, 4, 3, -1, -2], [1, 2, 4, 1]);
  expect(maxPool(x).shape).toEqual([1, 1, 2, 1]);
  expect(Array.from(maxPool(x).dataSync())).toEqual([4, 5]);
});

it.each([
  ['without ties', () => randomTensor([2, 8, 6, 3], new Random(2)) as Tensor4D],
  ['with ties', tied],
])('The gradient of a window sums to what came in, %s', (_, make) => {
  const input = make();
  const output = maxPool(input);
  const dy = randomTensor(output.shape, new Random(3));
  const gradient = maxPoolGradient(dy, { input, output });
  expect(gradient.shape).toEqual(input.shape);
  expect(maxDifference(windowSums(gradient), dy)).toBeLessThan(1e-6);
});

it('Without ties the gradient is that of tfjs', () => {
  const input = randomTensor([2, 8, 6, 3], new Random(4)) as Tensor4D;
  const output = maxPool(input);
  const dy = randomTensor(output.shape, new Random(5));
  const expected = grad((x: Tensor) => mul(plainMaxPool(x as Tensor4D, 2, 2, 'valid'), dy).sum())(input);
  expect(maxDifference(maxPoolGradient(dy, { input, output }), expected)).toBe(0);
});

it('Pixels that share a maximum share its gradient', () => {
  const input = tensor4d([7, 7, 1, 0, 7, 7, 1, 1], [1, 2, 4, 1]);
  const gradient = maxPoolGradient(tensor4d([4, 6], [1, 1, 2, 1]), { input, output: maxPool(input) });
  expect(Array.from(gradient.dataSync())).toEqual([1, 1, 2, 0, 1, 1, 2, 2]);
});

it('The gradient leaves nothing behind but its result', () => {
  const input = tied();
  const output = maxPool(input);
  const before = memory().numTensors;
  maxPoolGradient(output, { input, output });
  expect(memory().numTensors).toBe(before + 1);
});
