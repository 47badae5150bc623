import { Random } from '@ptychokit/config';
import {
  absSquared,
  type ComplexPair,
  centredProbe,
  checkerboard,
  farField,
  farFieldIntensity,
  fromPairSync,
  inverseFarField,
  multiply,
} from '@ptychokit/physics';
import { memory, mul, setBackend, sum, type Tensor, tensor, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference, onEveryEngine, randomPair, randomTensor, testGradient, testLinearOperator } from '../contract/operator.js';

beforeAll(() => setBackend('tensorflow').then(() => undefined));

/** The transform of PHYSICS §1 written out as a double sum, one pixel. */
function farFieldByDefinition(exit: ComplexPair, k: number, l: number): { re: number; im: number } {
  const { shape, data } = fromPairSync(exit);
  const N = shape[1] as number;
  let re = 0;
  let im = 0;
  for (let r = 0; r < N; r++) {
    for (let c = 0; c < N; c++) {
      const angle = (-2 * Math.PI * ((k - N / 2) * r + (l - N / 2) * c)) / N;
      const at = 2 * (r * N + c);
      re += (data[at] as number) * Math.cos(angle) - (data[at + 1] as number) * Math.sin(angle);
      im += (data[at] as number) * Math.sin(angle) + (data[at + 1] as number) * Math.cos(angle);
    }
  }
  return { re: re / N, im: im / N };
}

onEveryEngine('far field', () => {
  testLinearOperator('farField', { domain: [3, 16, 16], range: [3, 16, 16], forward: farField, adjoint: inverseFarField, unitary: true });
  testLinearOperator('inverseFarField', {
    domain: [2, 2, 8, 8],
    range: [2, 2, 8, 8],
    forward: inverseFarField,
    adjoint: farField,
    unitary: true,
  });

  it('is the centred orthonormal transform', () => {
    const exit = randomPair([8, 8], new Random(3));
    const field = fromPairSync(farField(exit));
    for (const [k, l] of [
      [4, 4],
      [0, 0],
      [7, 2],
      [3, 5],
    ] as const) {
      const expected = farFieldByDefinition(exit, k, l);
      expect(field.data[2 * (8 * k + l)]).toBeCloseTo(expected.re, 5);
      expect(field.data[2 * (8 * k + l) + 1]).toBeCloseTo(expected.im, 5);
    }
  });

  it('is undone by its inverse', () => {
    const exit = randomPair([2, 32, 32], new Random(4));
    const back = inverseFarField(farField(exit));
    expect(maxDifference(back.re, exit.re)).toBeLessThan(1e-5);
    expect(maxDifference(back.im, exit.im)).toBeLessThan(1e-5);
  });

  it('puts the zero frequency on pixel (N/2, N/2)', () => {
    const flat = { re: tensor(new Float32Array(64).fill(1), [8, 8]), im: zeros([8, 8]) };
    const intensity = farFieldIntensity(flat).dataSync();
    expect(intensity[8 * 4 + 4]).toBeCloseTo(64, 4);
    expect(sum(farFieldIntensity(flat)).dataSync()[0]).toBeCloseTo(64, 4);
  });

  describe('farFieldIntensity', () => {
    it('is the squared modulus of the far field', () => {
      const exit = randomPair([2, 3, 16, 16], new Random(5));
      expect(maxDifference(farFieldIntensity(exit), absSquared(farField(exit)))).toBeLessThan(1e-4);
    });

    it('needs no centring for exit waves of a centred probe', () => {
      const object = randomPair([3, 16, 16], new Random(6));
      const probe = randomPair([16, 16], new Random(7));
      const plain = farFieldIntensity(multiply(object, probe));
      const centred = farFieldIntensity(multiply(object, centredProbe(probe)), { centred: true });
      expect(maxDifference(plain, centred)).toBeLessThan(1e-4);
    });

    it('leaves nothing behind but its result', () => {
      const exit = randomPair([2, 16, 16], new Random(8));
      const before = memory().numTensors;
      const intensity = farFieldIntensity(exit);
      expect(memory().numTensors).toBe(before + 1);
      intensity.dispose();
    });

    for (const centred of [false, true]) {
      const weights = (): Tensor => randomTensor([2, 8, 8], new Random(9));
      testGradient(`has the gradient of finite differences with centred ${centred}`, {
        of: (re, im) => sum(mul(farFieldIntensity({ re: re as Tensor, im: im as Tensor }, { centred }), weights())),
        at: () => [randomTensor([2, 8, 8], new Random(10)), randomTensor([2, 8, 8], new Random(11))],
      });
    }
  });
});

describe('checkerboard', () => {
  it('alternates from +1 at the origin', () => {
    expect([...checkerboard(2).dataSync()]).toEqual([1, -1, -1, 1]);
  });
});

it.each([
  ['odd', [3, 7, 7]],
  ['not square', [3, 8, 6]],
  ['not images', [8]],
])('refuses arrays that are %s', (_, shape) => {
  expect(() => farField({ re: zeros(shape), im: zeros(shape) })).toThrow(RangeError);
  expect(() => farFieldIntensity({ re: zeros(shape), im: zeros(shape) })).toThrow(/square images of even size/);
});
