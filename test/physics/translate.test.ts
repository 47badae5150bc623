import { Random } from '@ptychokit/config';
import { type ComplexPair, translate, translatePair } from '@ptychokit/physics';
import { grad, memory, mul, ones, square, sum, type Tensor, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { maxDifference, onEveryEngine, randomTensor, testGradient, testLinearOperator } from '../contract/operator.js';

const DX = [0, 1, -2.25, 0.5, 30];
const DY = [0, -3, 0.75, 3.1, 0];
const negative = (values: readonly number[]): number[] => values.map((value) => -value);

/** Bilinear sampling by the definition out[r, c] = img at (r - dy, c - dx), zeros outside. */
function sample(image: Tensor, row: number, column: number): number {
  const [height, width] = image.shape as [number, number];
  const values = image.dataSync();
  let total = 0;
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      total += (values[r * width + c] as number) * Math.max(0, 1 - Math.abs(row - r)) * Math.max(0, 1 - Math.abs(column - c));
    }
  }
  return total;
}

onEveryEngine('translate', () => {
  for (const [title, size] of [
    ['keeping the size', 12],
    ['padding', 18],
    ['cropping', 8],
  ] as const) {
    for (const kind of ['numbers', 'tensors'] as const) {
      const shift = (dx: number[], dy: number[]): { dx: number[] | Tensor; dy: number[] | Tensor } =>
        kind === 'numbers' ? { dx, dy } : { dx: tensor1d(dx), dy: tensor1d(dy) };
      // Tensors of displacements are made once, so that they do not count as leaks.
      const [there, back] = [shift(DX, DY), shift(negative(DX), negative(DY))];
      testLinearOperator(`${title}, displacements as ${kind}`, {
        domain: [5, 12, 12],
        range: [5, size, size],
        forward: (images: ComplexPair) => translatePair(images, { ...there, size }),
        adjoint: (images: ComplexPair) => translatePair(images, { ...back, size: 12 }),
      });
    }
  }

  it.each([
    ['numbers', (values: number[]) => values],
    ['tensors', (values: number[]) => tensor1d(values)],
  ])('is exactly the identity for zero displacement given as %s', (_, give) => {
    const images = randomTensor([3, 16, 16], new Random(1));
    expect(maxDifference(translate(images, { dx: give([0, 0, 0]), dy: give([0, 0, 0]) }), images)).toBe(0);
  });

  it('does not let a mask grow under zero displacement', () => {
    const mask = tensor(
      Float32Array.from({ length: 84 * 84 }, (_, i) => (i % 84 >= 20 && i % 84 < 64 && i >= 84 * 20 && i < 84 * 64 ? 1 : 0)),
      [1, 84, 84],
    );
    expect(maxDifference(translate(mask, { dx: tensor1d([0]), dy: tensor1d([0]) }), mask)).toBe(0);
    expect(maxDifference(translate(mask, { dx: [0], dy: [0] }), mask)).toBe(0);
  });

  it('moves whole pixels exactly', () => {
    const images = randomTensor([1, 6, 6], new Random(2));
    const moved = translate(images, { dx: tensor1d([2]), dy: tensor1d([-1]) }).dataSync();
    const values = images.dataSync();
    for (let r = 0; r < 6; r++) {
      for (let c = 0; c < 6; c++) expect(moved[6 * r + c]).toBe(c - 2 >= 0 && r + 1 < 6 ? values[6 * (r + 1) + c - 2] : 0);
    }
  });

  it('samples bilinearly with zeros outside', () => {
    const image = randomTensor([6, 6], new Random(3));
    const moved = translate(image.reshape([1, 6, 6]), { dx: [1.3], dy: [-2.6], size: 8 }).dataSync();
    for (let r = 0; r < 8; r++) {
      for (let c = 0; c < 8; c++) expect(moved[8 * r + c]).toBeCloseTo(sample(image, r - 1 + 2.6, c - 1 - 1.3), 5);
    }
  });

  testGradient('has the gradient of finite differences, displacements included', {
    of: (images, dx, dy) =>
      sum(mul(square(translate(images as Tensor, { dx: dx as Tensor, dy: dy as Tensor })), randomTensor([3, 8, 8], new Random(4)))),
    at: () => [randomTensor([3, 8, 8], new Random(5)), tensor1d([0.4, -1.5, 2.3]), tensor1d([-0.6, 0.35, 1.5])],
  });

  it('has the central difference as derivative at whole pixels', () => {
    const weights = randomTensor([1, 8, 8], new Random(6));
    const images = randomTensor([1, 8, 8], new Random(7));
    const value = (dx: number): number => sum(mul(translate(images, { dx: [dx], dy: [0] }), weights)).dataSync()[0] as number;
    const slope = gradientAtZero(images, weights);
    expect(slope).toBeCloseTo((value(1) - value(-1)) / 2, 4);
  });
});

function gradientAtZero(images: Tensor, weights: Tensor): number {
  return grad((dx) => sum(mul(translate(images, { dx, dy: tensor1d([0]) }), weights)))(tensor1d([0])).dataSync()[0] as number;
}

describe('translate', () => {
  it.each([
    ['a wrong number of displacements', () => translate(ones([2, 4, 4]), { dx: [0], dy: [0, 0] }), /expected 2 displacements, got 1/],
    ['sizes of different parity', () => translate(ones([1, 4, 4]), { dx: [0], dy: [0], size: 7 }), /differ by an even number/],
    ['images that are not square', () => translate(ones([1, 4, 5]), { dx: [0], dy: [0] }), /shape \[K, M, M\]/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  it('leaves nothing behind but its result', () => {
    const images = ones([2, 4, 4]);
    const before = memory().numTensors;
    translate(images, { dx: [0.5, 0], dy: [0, 1] }).dispose();
    expect(memory().numTensors).toBe(before);
  });
});
