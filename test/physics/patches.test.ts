import { Random } from '@ptychokit/config';
import { type ComplexPair, extractPatches, insertPatches, toPair } from '@ptychokit/physics';
import { add, memory, mul, setBackend, slice, sum, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference, onEveryEngine, randomPair, randomTensor, testGradient, testLinearOperator } from '../contract/operator.js';
import { type NpzArray, readNpz } from '../support/read-npz.js';
import { fixturesDir } from '../support/shared-data.js';

const [height, width, size] = [20, 24, 8];
// Inside, on whole pixels, over each edge, partly in a corner, wholly outside, twice the same.
const x = [10, 11.25, -1.5, 24.75, 0, 60, 10, 12.5];
const y = [9, 7.6, 10.4, 3.2, 0, 10, 9, 21.9];

onEveryEngine('patches of an object', () => {
  testLinearOperator('extractPatches', {
    domain: [height, width],
    range: [x.length, size, size],
    forward: (object) => extractPatches(object, { x, y, size }),
    adjoint: (patches) => insertPatches(patches, { x, y, height, width }),
  });
  testLinearOperator('insertPatches', {
    domain: [x.length, size, size],
    range: [height, width],
    forward: (patches) => insertPatches(patches, { x, y, height, width }),
    adjoint: (object) => extractPatches(object, { x, y, size }),
  });

  it('are exact copies at whole pixels', () => {
    const object = randomPair([height, width], new Random(1));
    const patch = extractPatches(object, { x: [10], y: [9], size });
    expect(maxDifference(patch.re, slice(object.re, [5, 6], [size, size]).reshape([1, size, size]))).toBe(0);
    expect(maxDifference(patch.im, slice(object.im, [5, 6], [size, size]).reshape([1, size, size]))).toBe(0);
  });

  it('are exact copies up to the first and last pixel of the object', () => {
    const object = randomPair([size, size], new Random(2));
    expect(maxDifference(extractPatches(object, { x: [4], y: [4], size }).re, object.re.reshape([1, size, size]))).toBe(0);
  });

  it('are bilinear between pixels and zero outside', () => {
    const object = randomPair([height, width], new Random(3));
    const patches = extractPatches(object, { x, y, size }).im.dataSync();
    const values = object.im.dataSync();
    const at = (row: number, column: number): number =>
      row >= 0 && row < height && column >= 0 && column < width ? (values[row * width + column] as number) : 0;
    for (let k = 0; k < x.length; k++) {
      for (const [r, c] of [
        [0, 0],
        [3, 5],
        [7, 7],
      ] as const) {
        const [row, column] = [(y[k] as number) - 4 + r, (x[k] as number) - 4 + c];
        const [top, left] = [Math.floor(row), Math.floor(column)];
        const [fy, fx] = [row - top, column - left];
        const upper = at(top, left) * (1 - fx) + at(top, left + 1) * fx;
        const lower = at(top + 1, left) * (1 - fx) + at(top + 1, left + 1) * fx;
        expect(patches[(k * size + r) * size + c]).toBeCloseTo(upper * (1 - fy) + lower * fy, 5);
      }
    }
  });

  testGradient('have the gradient of finite differences', {
    of: (re, im) => {
      const patches = extractPatches({ re: re as Tensor, im: im as Tensor }, { x, y, size });
      return add(sum(mul(patches.re.square(), randomTensor([x.length, size, size], new Random(4)))), sum(patches.im.square()));
    },
    at: () => [5, 6].map((seed) => randomTensor([height, width], new Random(seed))),
  });

  it('leave nothing behind but the result', () => {
    const object = randomPair([height, width], new Random(7));
    const before = memory().numTensors;
    extractPatches(object, { x, y, size });
    expect(memory().numTensors).toBe(before + 2);
  });
});

describe('extractPatches', () => {
  const object: ComplexPair = { re: zeros([4, 4]), im: zeros([4, 4]) };
  it.each([
    ['an odd size', { x: [1], y: [1], size: 3 }, /even patch size, got 3/],
    ['unequal numbers of coordinates', { x: [1, 2], y: [1], size: 2 }, /as many x as y, got 2 and 1/],
    ['positions that are not numbers', { x: [Number.NaN], y: [1], size: 2 }, /finite positions, got NaN at 0/],
  ])('refuses %s', (_, options, message) => {
    expect(() => extractPatches(object, options)).toThrow(message);
  });
});

describe('against the published program', () => {
  const fixtures = fixturesDir();
  const file = `${fixtures}/parity/patches.npz`;
  beforeAll(() => setBackend('tensorflow').then(() => undefined));

  const relativeError = (patches: ComplexPair, expected: NpzArray, place: (index: number) => number): number => {
    const reference = expected.data as Float32Array;
    const [re, im] = [patches.re.dataSync(), patches.im.dataSync()];
    let largest = 0;
    let error = 0;
    for (let i = 0; i < re.length; i++) {
      const at = 2 * place(i);
      largest = Math.max(largest, Math.hypot(reference[at] as number, reference[at + 1] as number));
      error = Math.max(error, Math.hypot((re[i] as number) - (reference[at] as number), (im[i] as number) - (reference[at + 1] as number)));
    }
    return error / largest;
  };

  it.skipIf(fixtures === undefined)('takes the same patches, over the edge too (skipped without shared fixtures)', () => {
    const npz = readNpz(file, 'object', 'gs1_coords_nn', 'gs1_Y');
    const object = npz('object');
    const coords = npz('gs1_coords_nn'); // [B, 1, 2, 1]
    const expected = npz('gs1_Y'); // [B, N, N, 1]
    const count = coords.shape[0] as number;
    const positions = [0, 1].map((axis) => Float64Array.from({ length: count }, (_, k) => coords.data[2 * k + axis] as number));
    const patches = extractPatches(toPair({ shape: object.shape, data: object.data as Float32Array }), {
      x: positions[0] as Float64Array,
      y: positions[1] as Float64Array,
      size: expected.shape[1] as number,
    });
    expect(relativeError(patches, expected, (i) => i)).toBeLessThan(1e-5);
  });

  it.skipIf(fixtures === undefined)('takes the same patches of groups, at the mirrored positions it uses', () => {
    const npz = readNpz(file, 'object', 'gs2_coords_nn', 'gs2_coords_offsets', 'gs2_Y');
    const object = npz('object');
    const coords = npz('gs2_coords_nn'); // [B, 1, 2, C]
    const centres = npz('gs2_coords_offsets'); // [B, 1, 2, 1]
    const expected = npz('gs2_Y'); // [B, N, N, C]
    const [groups = 0, N = 0, , C = 0] = expected.shape;
    const mirrored = [0, 1].map((axis) =>
      Float64Array.from({ length: groups * C }, (_, k) => {
        const [group, channel] = [Math.floor(k / C), k % C];
        return 2 * (centres.data[2 * group + axis] as number) - (coords.data[(2 * group + axis) * C + channel] as number);
      }),
    );
    const patches = extractPatches(toPair({ shape: object.shape, data: object.data as Float32Array }), {
      x: mirrored[0] as Float64Array,
      y: mirrored[1] as Float64Array,
      size: N,
    });
    const channelsLast = (i: number): number => {
      const [k, pixel] = [Math.floor(i / (N * N)), i % (N * N)];
      return (Math.floor(k / C) * N * N + pixel) * C + (k % C);
    };
    expect(relativeError(patches, expected, channelsLast)).toBeLessThan(1e-5);
  });
});
