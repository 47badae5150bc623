import { Random } from '@ptychokit/config';
import {
  addResidualSums,
  amplitude,
  extractPatches,
  predictIntensity,
  relativeResidual,
  residualOf,
  residualSums,
} from '@ptychokit/physics';
import { add, memory, mul, setBackend, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomPair, randomTensor } from '../contract/operator.js';

beforeAll(() => setBackend('tensorflow').then(() => undefined));

describe('residualSums', () => {
  it.each([1, 3.3, 0])('give the residual after the best real scale, taken about %f', async (reference) => {
    const predicted = tensor1d([1, 2, 3]);
    const measured = tensor1d([2, 4, 7]);
    const { residual, scale } = residualOf(await residualSums(predicted, measured, reference));
    expect(scale).toBeCloseTo(31 / 14, 5);
    expect(residual).toBeCloseTo((69 - 31 ** 2 / 14) / 69, 6);
  });

  it('add over batches', async () => {
    const [p, m] = [randomTensor([40], new Random(1)), randomTensor([40], new Random(2))];
    const parts = await Promise.all([residualSums(p.slice(0, 15), m.slice(0, 15)), residualSums(p.slice(15, 25), m.slice(15, 25))]);
    const whole = residualOf(await residualSums(p, m));
    const added = residualOf(addResidualSums(parts[0], parts[1]));
    expect(added.residual).toBeCloseTo(whole.residual, 5);
    expect(added.scale).toBeCloseTo(whole.scale, 5);
  });

  it('refuse to add about different scales', async () => {
    const one = await residualSums(tensor1d([1]), tensor1d([1]), 1);
    const two = await residualSums(tensor1d([1]), tensor1d([1]), 2);
    expect(() => addResidualSums(one, two)).toThrow(/one reference scale, got 1 and 2/);
  });
});

describe('relativeResidual', () => {
  const N = 16;
  const x = Float64Array.from({ length: 23 }, (_, j) => 10 + ((j * 7.3) % 20));
  const y = Float64Array.from({ length: 23 }, (_, j) => 10 + ((j * 4.7) % 20));
  const object = randomPair([40, 40], new Random(3));
  const probe = randomPair([N, N], new Random(4));
  const frames = (noise: number): ((indices: ArrayLike<number>, into: Float32Array) => Promise<void>) => {
    const clean = tidy(() => amplitude(predictIntensity(extractPatches(object, { x, y, size: N }), probe)));
    const data = tidy(() => mul(add(clean, mul(randomTensor(clean.shape, new Random(5)), noise)), 2.5)).dataSync<'float32'>();
    return async (indices, into) => {
      for (let k = 0; k < indices.length; k++)
        into.set(data.subarray((indices[k] as number) * N * N, ((indices[k] as number) + 1) * N * N), k * N * N);
    };
  };

  it('is zero for the true object whatever the scale of the data', async () => {
    const readFrames = frames(0);
    const before = memory().numTensors;
    const { residual, scale } = await relativeResidual({ object, probe, x, y, readFrames, batchSize: 5 });
    expect(residual).toBeLessThan(1e-10);
    expect(scale).toBeCloseTo(2.5, 5);
    expect(memory().numTensors).toBe(before);
  });

  it('does not depend on the batches and grows with the noise', async () => {
    const few = await relativeResidual({ object, probe, x, y, readFrames: frames(0.5), batchSize: 4 });
    const all = await relativeResidual({ object, probe, x, y, readFrames: frames(0.5) });
    expect(few.residual).toBeCloseTo(all.residual, 6);
    expect(all.residual).toBeGreaterThan(1e-3);
  });

  it('stops when told', async () => {
    const signal = AbortSignal.abort();
    await expect(relativeResidual({ object, probe, x, y, readFrames: frames(0), signal })).rejects.toThrow(/aborted/);
  });

  it('needs frames', async () => {
    await expect(relativeResidual({ object, probe, x: [], y: [], readFrames: frames(0) })).rejects.toThrow(/at least one frame/);
  });
});
