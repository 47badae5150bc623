import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import { tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { moved, toObjectDirection } from '../../../packages/iterative/src/engines/object-direction.js';
import { priorCurvature, priorGradient } from '../../../packages/iterative/src/engines/object-prior.js';

const random = new Random(5, 'object direction');
const noise = (length: number): Float32Array => Float32Array.from(random.normals(length));
const [height, width] = [5, 7];
const size = height * width;

describe('The direction of the object', () => {
  it('is the sum without the pull of the prior, divided by the damped illumination, anew for every illumination', () => {
    const [sums, object] = [noise(2 * size), noise(2 * size)];
    const [weight, share] = [0.3, 0.25];
    const prior = priorGradient(object, { width, weight: weight * share });
    for (const scale of [1, 4]) {
      const light = Float32Array.from({ length: size }, (_, i) => scale * (1 + (i % 3)));
      const illumination = tensor2d(light, [height, width]);
      const direction = sums.slice();
      toObjectDirection({ sums: direction, object, width, illumination, weight, share });
      for (let i = 0; i < size; i++) {
        const divisor = Math.hypot((light[i] as number) + priorCurvature(weight), 0.1 * 3 * scale);
        expect(direction[2 * i]).toBeCloseTo(((sums[2 * i] as number) - (prior[2 * i] as number)) / divisor, 5);
        expect(direction[2 * i + 1]).toBeCloseTo(((sums[2 * i + 1] as number) - (prior[2 * i + 1] as number)) / divisor, 5);
      }
    }
  });

  it('is followed by a share', () => {
    expect(moved(Float32Array.of(1, 2), { factor: 0.5, direction: Float32Array.of(4, -2), target: new Float32Array(2) })).toEqual(
      Float32Array.of(3, 1),
    );
  });
});

describe('The gradient of the smoothness prior', () => {
  it('is that of its energy by finite differences, edges of the array included', () => {
    const object = noise(2 * size).map((value) => 0.2 * value);
    const [weight, edge, h] = [2, 0.1, 1e-3];
    const energyOf = (values: ArrayLike<number>): number => {
      let energy = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (const [dy, dx] of [
            [0, 1],
            [1, 0],
          ] as const) {
            if (y + dy >= height || x + dx >= width) continue;
            const [a, b] = [2 * (y * width + x), 2 * ((y + dy) * width + x + dx)];
            const re = (values[b] as number) - (values[a] as number);
            const im = (values[b + 1] as number) - (values[a + 1] as number);
            energy += weight * edge ** 2 * (Math.sqrt(1 + (re ** 2 + im ** 2) / edge ** 2) - 1);
          }
        }
      }
      return energy;
    };
    const gradient = priorGradient(object, { width, weight });
    for (let i = 0; i < object.length; i++) {
      const at = (shift: number): Float64Array => Float64Array.from(object, (value, k) => (k === i ? value + shift : value));
      expect(gradient[i]).toBeCloseTo((energyOf(at(h)) - energyOf(at(-h))) / (2 * h), 3);
    }
  });
});
