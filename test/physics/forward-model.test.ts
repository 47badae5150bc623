import { Random } from '@ptychokit/config';
import { absSquared, amplitude, type ComplexPair, exitWaves, farField, mapPair, predictIntensity, toPair } from '@ptychokit/physics';
import { grad, grads, memory, mul, setBackend, slice, sum, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference, onEveryEngine, randomPair, randomTensor, testGradient } from '../contract/operator.js';
import { readNpz } from '../support/read-npz.js';
import { fixturesDir } from '../support/shared-data.js';

const pairOf = (parts: readonly Tensor[], first = 0): ComplexPair => ({ re: parts[first] as Tensor, im: parts[first + 1] as Tensor });

onEveryEngine('predictIntensity', () => {
  it('is the squared modulus of the far field of the exit waves', () => {
    const object = randomPair([2, 3, 8, 8], new Random(1));
    const probe = randomPair([8, 8], new Random(2));
    expect(maxDifference(predictIntensity(object, probe), absSquared(farField(exitWaves(object, probe))))).toBeLessThan(1e-4);
  });

  it('keeps the energy of the exit waves', () => {
    const object = randomPair([2, 2, 16, 16], new Random(1));
    const probe = randomPair([16, 16], new Random(2));
    const energy = sum(absSquared(exitWaves(object, probe))).dataSync()[0] as number;
    expect((sum(predictIntensity(object, probe)).dataSync()[0] as number) / energy).toBeCloseTo(1, 5);
  });

  it('adds incoherent modes in intensity, not in field', () => {
    const object = randomPair([2, 1, 8, 8], new Random(3));
    const modes = randomPair([2, 8, 8], new Random(4));
    const [first, second] = [0, 1].map((m) => mapPair(modes, (part) => slice(part, [m, 0, 0], [1, 8, 8]).reshape([8, 8])));
    const expected = predictIntensity(object, first as ComplexPair).add(predictIntensity(object, second as ComplexPair));
    const predicted = predictIntensity(object, modes);
    expect(predicted.shape).toEqual([2, 1, 8, 8]);
    expect(maxDifference(predicted, expected)).toBeLessThan(1e-4);
    expect(exitWaves(object, modes).re.shape).toEqual([2, 1, 2, 8, 8]);
  });

  it('does not change the contrast of the object with the dose', () => {
    const object = randomPair([1, 8, 8], new Random(5));
    const probe = randomPair([8, 8], new Random(6));
    const brighter = mapPair(probe, (part) => mul(part, 10));
    const difference = maxDifference(predictIntensity(object, brighter), mul(predictIntensity(object, probe), 100));
    expect(difference / (predictIntensity(object, brighter).max().dataSync()[0] as number)).toBeLessThan(1e-5);
  });

  for (const modes of [undefined, 3]) {
    const probeShape = modes === undefined ? [8, 8] : [modes, 8, 8];
    const weights = (): Tensor => randomTensor([2, 2, 8, 8], new Random(7));
    testGradient(`has the gradient of finite differences, probe included, with ${modes ?? 'no'} modes`, {
      of: (...parts) => sum(mul(predictIntensity(pairOf(parts), pairOf(parts, 2), { probeGradient: true }), weights())),
      at: () => [
        ...[8, 9].map((seed) => randomTensor([2, 2, 8, 8], new Random(seed))),
        ...[10, 11].map((seed) => randomTensor(probeShape, new Random(seed))),
      ],
    });

    it(`has the same object gradient without the probe's, with ${modes ?? 'no'} modes`, () => {
      const parts = [8, 9].map((seed) => randomTensor([2, 2, 8, 8], new Random(seed)));
      const probe = randomPair(probeShape, new Random(12));
      const gradients = [true, false].map((probeGradient) =>
        grads((re: Tensor, im: Tensor) => sum(mul(predictIntensity({ re, im }, probe, { probeGradient }), weights())))(parts),
      ) as [Tensor[], Tensor[]];
      expect(maxDifference(gradients[0][0] as Tensor, gradients[1][0] as Tensor)).toBeLessThan(1e-4);
      expect(maxDifference(gradients[0][1] as Tensor, gradients[1][1] as Tensor)).toBeLessThan(1e-4);
    });
  }

  it('lets no gradient reach the probe unless asked', () => {
    const object = randomPair([1, 8, 8], new Random(13));
    const [re, im] = [14, 15].map((seed) => randomTensor([8, 8], new Random(seed))) as [Tensor, Tensor];
    expect(() => grad((x: Tensor) => sum(predictIntensity(object, { re: x, im })))(re)).toThrow(/Cannot compute gradient/);
  });

  it('leaves nothing behind but its result', () => {
    const [object, probe] = [randomPair([2, 8, 8], new Random(16)), randomPair([3, 8, 8], new Random(17))];
    const before = memory().numTensors;
    predictIntensity(object, probe).dispose();
    expect(memory().numTensors).toBe(before);
  });
});

onEveryEngine('amplitude', () => {
  it('is the square root, with a finite gradient in the dark', () => {
    const intensity = tensor([0, 1, 4]);
    expect([...amplitude(intensity).dataSync()]).toEqual([0, 1, 2]);
    const slope = grad((x: Tensor) => sum(amplitude(x, 0.1)))(intensity).dataSync();
    [5, 0.5, 0.25].forEach((value, i) => {
      expect(slope[i]).toBeCloseTo(value, 5);
    });
  });
});

it.each([
  ['object and probe of different size', [2, 8, 8], [6, 6], /of one size, got 8 and 6/],
  ['a probe of rank four', [2, 8, 8], [1, 1, 8, 8], /shape \[N, N\] or \[modes, N, N\]/],
] as const)('refuses %s', (_, object, probe, message) => {
  const pair = (shape: readonly number[]): ComplexPair => ({ re: zeros([...shape]), im: zeros([...shape]) });
  expect(() => predictIntensity(pair(object), pair(probe))).toThrow(message);
});

describe('against the published program', () => {
  const fixtures = fixturesDir();
  const file = `${fixtures}/parity/forward.npz`;
  const complex = (npz: ReturnType<typeof readNpz>, name: string): ComplexPair => {
    const { shape, data } = npz(name);
    return toPair({ shape, data: data as Float32Array });
  };
  beforeAll(() => setBackend('tensorflow').then(() => undefined));

  it.skipIf(fixtures === undefined).each(['C1', 'C4'])('predicts the amplitudes of %s (skipped without shared fixtures)', (set) => {
    const npz = readNpz(file, `${set}_patches`, `${set}_amp`, 'probe');
    const expected = npz(`${set}_amp`);
    const predicted = amplitude(predictIntensity(complex(npz, `${set}_patches`), complex(npz, 'probe')));
    const reference = tensor(expected.data as Float32Array, [...expected.shape]);
    expect(maxDifference(predicted, reference) / (reference.max().dataSync()[0] as number)).toBeLessThan(1e-5);
  });

  it.skipIf(fixtures === undefined)('differs from it where it adds the fields of modes', () => {
    const npz = readNpz(file, 'C1_patches', 'C1_amp_2modes', 'probe_2modes');
    const expected = npz('C1_amp_2modes');
    const predicted = amplitude(predictIntensity(complex(npz, 'C1_patches'), complex(npz, 'probe_2modes')));
    const reference = tensor(expected.data as Float32Array, [...expected.shape]);
    expect(maxDifference(predicted, reference) / (reference.max().dataSync()[0] as number)).toBeGreaterThan(1e-2);
  });
});
