import { Random } from '@ptychokit/config';
import { extractPatches, toPair } from '@ptychokit/physics';
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-node';
import { beforeAll, expect, it } from 'vitest';
import { sampleObject } from '../../packages/physics/src/sample-object.js';

beforeAll(() => setBackend('tensorflow').then(() => undefined));

it.each([
  ['inside', 12, 11],
  ['between pixels', 12.25, 10.75],
  ['touching the first pixel', 4, 4],
  ['touching the last pixels', 19.5, 15.5],
  ['over the left and lower edge', -0.5, 19.25],
  ['over the upper edge', 12, 1.5],
  ['over the right edge', 22.5, 10],
  ['wholly outside', 90, -40],
])('sampleObject takes the same patch as extractPatches, %s', (_, x, y) => {
  const random = new Random(1);
  const object = { shape: [20, 24], data: Float32Array.from({ length: 960 }, () => random.normal()) };
  const patch = { re: new Float32Array(64), im: new Float32Array(64) };
  sampleObject(object, { x, y, size: 8 }, patch);
  const expected = extractPatches(toPair(object), { x: [x], y: [y], size: 8 });
  const [re, im] = [expected.re.dataSync(), expected.im.dataSync()];
  for (let i = 0; i < 64; i++) {
    expect(patch.re[i]).toBeCloseTo(re[i] as number, 5);
    expect(patch.im[i]).toBeCloseTo(im[i] as number, 5);
  }
});
