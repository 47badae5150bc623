import { Random } from '@ptychokit/config';
import {
  absSquared,
  addPairs,
  conjugate,
  disposePair,
  fromPair,
  fromPairSync,
  fromPolar,
  mapPair,
  multiply,
  scalePair,
  toPair,
} from '@ptychokit/physics';
import { add, memory, mul, neg, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { onEveryEngine, randomPair, randomTensor, testGradient } from '../contract/operator.js';

const numbers = { shape: [2, 2], data: Float32Array.of(1, 2, 3, -4, 0, 5, -6, 0.5) };

onEveryEngine('complex pairs', () => {
  it('go into the engine and back unchanged', async () => {
    const pair = toPair(numbers);
    expect(pair.re.shape).toEqual([2, 2]);
    expect([...pair.im.dataSync()]).toEqual([2, -4, 5, 0.5]);
    expect(fromPairSync(pair)).toEqual(numbers);
    expect(await fromPair(pair)).toEqual(numbers);
  });

  it.each([
    ['multiply', multiply, (a: number, b: number, c: number, d: number) => [a * c - b * d, a * d + b * c]],
    ['addPairs', addPairs, (a: number, b: number, c: number, d: number) => [a + c, b + d]],
  ] as const)('%s follows the definition, broadcasting', (_, operation, definition) => {
    const a = randomPair([2, 3, 4], new Random(1));
    const b = randomPair([3, 4], new Random(2));
    const [A, B, result] = [fromPairSync(a).data, fromPairSync(b).data, fromPairSync(operation(a, b)).data];
    for (let i = 0; i < 24; i++) {
      const j = i % 12;
      const [re, im] = definition(A[2 * i] as number, A[2 * i + 1] as number, B[2 * j] as number, B[2 * j + 1] as number);
      expect(result[2 * i]).toBeCloseTo(re as number, 5);
      expect(result[2 * i + 1]).toBeCloseTo(im as number, 5);
    }
  });

  it('have conjugate, scale and squared modulus', () => {
    const pair = toPair(numbers);
    expect([...fromPairSync(conjugate(pair)).data]).toEqual([1, -2, 3, 4, 0, -5, -6, -0.5]);
    expect([...fromPairSync(scalePair(pair, 2)).data]).toEqual([2, 4, 6, -8, 0, 10, -12, 1]);
    expect([...absSquared(pair).dataSync()]).toEqual([5, 25, 25, 36.25]);
    expect([...fromPairSync(mapPair(pair, (part) => neg(part))).data.slice(0, 2)]).toEqual([-1, -2]);
  });

  it('are freed together, and a conjugate is freed apart from its original', () => {
    const before = memory().numTensors;
    const pair = toPair(numbers);
    const turned = conjugate(pair);
    disposePair(turned);
    expect(fromPairSync(pair)).toEqual(numbers);
    disposePair(pair);
    expect(memory().numTensors).toBe(before);
  });

  it('come from amplitude and phase', () => {
    const pair = fromPolar(tensor([2, 3]), tensor([0, Math.PI / 2]));
    const { data } = fromPairSync(pair);
    [2, 0, 0, 3].forEach((value, i) => {
      expect(data[i]).toBeCloseTo(value, 6);
    });
  });

  it('leave nothing behind but the two parts', () => {
    const [amplitude, phase] = [randomTensor([3, 3], new Random(3)), randomTensor([3, 3], new Random(4))];
    const before = memory().numTensors;
    disposePair(fromPolar(amplitude, phase));
    expect(memory().numTensors).toBe(before);
  });

  testGradient('from polar form have the gradient of finite differences', {
    of: (amplitude, phase) => {
      const { re, im } = fromPolar(amplitude as Tensor, phase as Tensor);
      return add(sum(mul(re, randomTensor([4, 4], new Random(5)))), sum(mul(mul(im, im), randomTensor([4, 4], new Random(6)))));
    },
    at: () => [randomTensor([4, 4], new Random(7)), randomTensor([4, 4], new Random(8))],
  });
});
