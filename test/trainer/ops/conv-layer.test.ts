import { Random } from '@ptychokit/config';
import { add, grads, memory, mul, type Tensor, type Tensor1D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type ConvOptions, convLayer } from '../../../packages/trainer/src/ops/conv-layer.js';
import { maxDifference, onEveryEngine, randomTensor, testGradient } from '../../contract/operator.js';

const SHAPE = [2, 6, 8, 3] as const;

const layer = (inputs: readonly Tensor[], options: ConvOptions): Tensor4D => {
  const [x, kernel, bias] = inputs as [Tensor4D, Tensor4D, Tensor1D | undefined];
  return convLayer(x, { kernel, bias }, options);
};

const draw = ({ bias, size = 3, out = 5 }: { bias: boolean; size?: number; out?: number }): Tensor[] => [
  randomTensor(SHAPE, new Random(1, 'x')),
  randomTensor([size, size, SHAPE[3], out], new Random(1, 'kernel')),
  ...(bias ? [randomTensor([out], new Random(1, 'bias'))] : []),
];

/** Gradients of a random weighting of the output. */
const gradientsOf = (inputs: Tensor[], options: ConvOptions): Tensor[] =>
  grads((...xs: Tensor[]) => {
    const y = layer(xs, options);
    return mul(y, randomTensor(y.shape, new Random(1, 'weights'))).sum();
  })(inputs);

describe('The fused convolution layer gives the values and gradients of the plain one', () => {
  const booleans = [false, true];
  const cases = booleans.flatMap((pool) =>
    booleans.flatMap((bias) => (['relu', 'none'] as const).map((activation) => ({ pool, bias, activation }))),
  );

  it.each(cases)('with pool $pool, bias $bias, activation $activation', ({ bias, ...options }) => {
    const inputs = draw({ bias });
    const [fused, plain] = [true, false].map((kind) => ({
      y: layer(inputs, { ...options, fused: kind }),
      d: gradientsOf(inputs, { ...options, fused: kind }),
    })) as [{ y: Tensor; d: Tensor[] }, { y: Tensor; d: Tensor[] }];
    expect(fused.y.shape).toEqual(options.pool ? [2, 3, 4, 5] : [2, 6, 8, 5]);
    expect(maxDifference(fused.y, plain.y)).toBeLessThan(1e-5);
    expect(fused.d).toHaveLength(bias ? 3 : 2);
    fused.d.forEach((gradient, i) => {
      expect(maxDifference(gradient, plain.d[i] as Tensor), `input ${i}`).toBeLessThan(1e-4);
    });
  });

  it('with a 7x7 kernel and one output', () => {
    const inputs = draw({ bias: false, size: 7, out: 1 });
    expect(maxDifference(layer(inputs, { fused: true }), layer(inputs, { fused: false }))).toBeLessThan(1e-5);
    const [fused, plain] = [true, false].map((kind) => gradientsOf(inputs, { fused: kind })) as [Tensor[], Tensor[]];
    fused.forEach((gradient, i) => {
      expect(maxDifference(gradient, plain[i] as Tensor)).toBeLessThan(1e-4);
    });
  });

  it('with fused kernels as the default on this engine', () => {
    const inputs = draw({ bias: true });
    // Only the fused layer can leave out the gradient of its input.
    const options: ConvOptions = { inputGradient: false };
    expect(() => gradientsOf(inputs, options)).toThrow(/Cannot compute gradient/);
    expect(() => gradientsOf(inputs, { ...options, fused: false })).not.toThrow();
  });
});

describe('A layer on data', () => {
  it.each([false, true])('has the same gradients for its weights without the gradient of its input (pool %s)', (pool) => {
    const [x, ...weights] = draw({ bias: true }) as [Tensor, Tensor, Tensor];
    const of = (inputGradient: boolean): Tensor[] =>
      grads((...ws: Tensor[]) => {
        const y = layer([x, ...ws], { pool, activation: 'relu', inputGradient, fused: true });
        return mul(y, randomTensor(y.shape, new Random(2))).sum();
      })(weights);
    const [without, all] = [of(false), of(true)];
    without.forEach((gradient, i) => {
      expect(maxDifference(gradient, all[i] as Tensor)).toBe(0);
    });
  });
});

onEveryEngine('A convolution layer', () => {
  it('is zero-padded: a kernel of ones counts the neighbours that exist', () => {
    const x = randomTensor([1, 3, 3, 1], new Random(1)).mul(0).add(1) as Tensor4D;
    const kernel = randomTensor([3, 3, 1, 1], new Random(1)).mul(0).add(1) as Tensor4D;
    expect(Array.from(convLayer(x, { kernel }).dataSync())).toEqual([4, 6, 4, 6, 9, 6, 4, 6, 4]);
  });

  testGradient('has the gradient of finite differences with pooling, bias and ReLU', {
    of: (x, kernel, bias) => {
      const y = layer([x as Tensor, kernel as Tensor, bias as Tensor], { pool: true, activation: 'relu' });
      return mul(add(y, mul(y, y)), randomTensor(y.shape, new Random(3))).sum();
    },
    at: () => draw({ bias: true }),
    step: 1e-3,
    tolerance: 2e-2,
  });
});

it('A fused layer leaves nothing behind but its result and its gradients', () => {
  const inputs = draw({ bias: true });
  const before = memory().numTensors;
  tidy(() => layer(inputs, { pool: true, activation: 'relu', fused: true })).dispose();
  expect(memory().numTensors).toBe(before);
  const found = gradientsOf(inputs, { pool: true, activation: 'relu', fused: true });
  expect(memory().numTensors).toBe(before + found.length);
});
