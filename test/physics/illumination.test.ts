import { Random } from '@ptychokit/config';
import { absSquared, canvasFor, illumination } from '@ptychokit/physics';
import { add, memory, ones, reshape, sum } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { maxDifference, onEveryEngine, randomPair } from '../contract/operator.js';

onEveryEngine('illumination', () => {
  it('holds the energy of the probe once per position, over any number of batches', () => {
    const probe = randomPair([8, 8], new Random(1));
    const random = new Random(2);
    const x = Float64Array.from({ length: 150 }, () => 40 * random.uniform());
    const y = Float64Array.from({ length: 150 }, () => 30 * random.uniform() - 100);
    const total = sum(illumination(probe, { x, y, canvas: canvasFor({ x, y, size: 8 }) })).dataSync()[0] as number;
    expect(total / (150 * (sum(absSquared(probe)).dataSync()[0] as number))).toBeCloseTo(1, 5);
  });

  it('is the intensity of the probe at one whole position, modes summed', () => {
    const modes = randomPair([2, 4, 4], new Random(3));
    const canvas = { originX: 5, originY: 7, width: 4, height: 4 };
    const expected = sum(absSquared(modes), 0);
    expect(maxDifference(illumination(modes, { x: [7], y: [9], canvas }), expected)).toBeLessThan(1e-6);
    const twice = illumination(modes, { x: [7, 7], y: [9, 9], canvas });
    expect(maxDifference(twice, add(expected, expected))).toBeLessThan(1e-5);
  });

  it('leaves nothing behind but its result', () => {
    const probe = { re: reshape(ones([16]), [4, 4]), im: ones([4, 4]) };
    const before = memory().numTensors;
    illumination(probe, { x: [2], y: [2], canvas: { originX: 0, originY: 0, width: 4, height: 4 } });
    expect(memory().numTensors).toBe(before + 1);
  });
});
