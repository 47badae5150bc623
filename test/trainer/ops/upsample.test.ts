import { Random } from '@ptychokit/config';
import { conv2d, grads, mul, type Tensor, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { depthToSpace, upsample, upsampledKernel } from '../../../packages/trainer/src/ops/upsample.js';
import { maxDifference, onEveryEngine, randomTensor, testGradient } from '../../contract/operator.js';

const atOnce = (x: Tensor, kernel: Tensor): Tensor4D => depthToSpace(conv2d(x as Tensor4D, upsampledKernel(kernel as Tensor4D), 1, 'same'));
const inSteps = (x: Tensor, kernel: Tensor): Tensor4D => conv2d(upsample(x as Tensor4D), kernel as Tensor4D, 1, 'same');

onEveryEngine('upsample', () => {
  it('repeats every pixel in a 2x2 square', () => {
    const x = tensor4d([1, 10, 2, 20, 3, 30], [1, 1, 3, 2]);
    const row = [1, 10, 1, 10, 2, 20, 2, 20, 3, 30, 3, 30];
    expect(upsample(x).shape).toEqual([1, 2, 6, 2]);
    expect(Array.from(upsample(x).dataSync())).toEqual([...row, ...row]);
  });

  it('has the sum over each square as gradient', () => {
    const weights = tensor4d(
      Float32Array.from({ length: 16 }, (_, i) => i),
      [1, 4, 4, 1],
    );
    const [gradient] = grads((x: Tensor) => mul(upsample(x as Tensor4D), weights).sum())([randomTensor([1, 2, 2, 1], new Random(1))]);
    expect(Array.from((gradient as Tensor).dataSync())).toEqual([0 + 1 + 4 + 5, 2 + 3 + 6 + 7, 8 + 9 + 12 + 13, 10 + 11 + 14 + 15]);
  });

  testGradient('has the gradient of finite differences', {
    of: (x) => {
      const y = upsample(x as Tensor4D);
      return mul(mul(y, y), randomTensor(y.shape, new Random(2))).sum();
    },
    at: () => [randomTensor([2, 3, 5, 2], new Random(3))],
  });
});

onEveryEngine('A convolution at the smaller size', () => {
  const [x, kernel] = [() => randomTensor([2, 3, 5, 4], new Random(4)), () => randomTensor([3, 3, 4, 2], new Random(5))];

  it('gives what upsampling and then convolving gives', () => {
    expect(atOnce(x(), kernel()).shape).toEqual([2, 6, 10, 2]);
    expect(maxDifference(atOnce(x(), kernel()), inSteps(x(), kernel()))).toBeLessThan(1e-5);
  });

  it('has the same gradients for image and kernel', () => {
    const of = (convolve: typeof atOnce): Tensor[] =>
      grads((...inputs: Tensor[]) => mul(convolve(...(inputs as [Tensor, Tensor])), randomTensor([2, 6, 10, 2], new Random(6))).sum())([
        x(),
        kernel(),
      ]);
    const [once, steps] = [of(atOnce), of(inSteps)];
    once.forEach((gradient, i) => {
      expect(maxDifference(gradient, steps[i] as Tensor), `input ${i}`).toBeLessThan(1e-4);
    });
  });

  it.each([
    // tap (row, column) of the kernel; the pixel of the small image that an even or odd pixel of the large one sees through it
    { tap: [0, 1], even: -1, odd: 0 },
    { tap: [1, 1], even: 0, odd: 0 },
    { tap: [2, 1], even: 0, odd: 1 },
  ])('sees through tap $tap the pixel $even rows away on even rows and $odd on odd ones', ({ tap: [row = 0, column = 0], even, odd }) => {
    const one = new Float32Array(9);
    one[3 * row + column] = 1;
    const image = randomTensor([1, 4, 4, 1], new Random(7)) as Tensor4D;
    const [small, large] = [image.arraySync(), atOnce(image, tensor4d(one, [3, 3, 1, 1])).arraySync()];
    for (let r = 0; r < 8; r++) {
      const from = Math.floor(r / 2) + (r % 2 === 0 ? even : odd);
      for (let c = 0; c < 8; c++) expect(large[0]?.[r]?.[c]?.[0]).toBe(small[0]?.[from]?.[Math.floor(c / 2)]?.[0] ?? 0);
    }
  });
});

it('depthToSpace takes channels ordered (row, column, channel)', () => {
  const x = tensor4d([0, 1, 10, 11, 20, 21, 30, 31], [1, 1, 1, 8]); // 10 * (2 row + column) + channel
  expect(depthToSpace(x).arraySync()).toEqual([
    [
      [
        [0, 1],
        [10, 11],
      ],
      [
        [20, 21],
        [30, 31],
      ],
    ],
  ]);
});
