import '@tensorflow/tfjs-node';
import { type ComplexArray, Random } from '@ptychokit/config';
import { extractPatches, predictIntensity, toPair } from '@ptychokit/physics';
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { FrameMaker } from '../../packages/physics/src/frame-maker.js';

function randomComplex(shape: readonly number[], name: string): ComplexArray {
  const random = new Random(1, 'frame maker', name);
  return { shape, data: Float32Array.from({ length: 2 * shape.reduce((a, b) => a * b, 1) }, () => random.normal()) };
}

describe('FrameMaker', () => {
  it.each([
    ['one probe', [32, 32]],
    ['three modes', [3, 32, 32]],
    ['an odd number of quarters', [24, 24]],
  ])('gives the intensities of the forward model on an object that is not square: %s', (name, shape) => {
    const N = shape.at(-1) as number;
    const [object, probe] = [randomComplex([70, 90], `${name} object`), randomComplex(shape, `${name} probe`)];
    const x = Float64Array.of(N / 2, 40, 51.25, 70.5);
    const y = Float64Array.of(N / 2, 30.75, 44, 20.125);
    const maker = new FrameMaker({ object, probe, x, y, frameSize: N });
    const expected = tidy(() => {
      const [objectPair, probePair] = [toPair(object), toPair(probe)];
      return predictIntensity(extractPatches(objectPair, { x, y, size: N }), probePair).dataSync<'float32'>();
    });
    const largest = expected.reduce((a, b) => Math.max(a, b), 0);
    const frame = new Float32Array(N * N);
    let total = 0;
    for (let k = 0; k < x.length; k++) {
      maker.intensity(k, frame);
      frame.forEach((value, i) => {
        total += value;
        expect(Math.abs(value - (expected[k * N * N + i] as number))).toBeLessThan(2e-6 * largest);
      });
    }
    expect(maker.meanEnergy() / (total / x.length)).toBeCloseTo(1, 5);
  });

  it('refuses a frame it does not have', () => {
    const object = randomComplex([40, 40], 'object');
    const maker = new FrameMaker({
      object,
      probe: randomComplex([32, 32], 'probe'),
      x: Float64Array.of(18),
      y: Float64Array.of(18),
      frameSize: 32,
    });
    for (const index of [-1, 1, Number.NaN]) expect(() => maker.intensity(index, new Float32Array(1024))).toThrow(/frames of 0 … 0/);
  });
});
