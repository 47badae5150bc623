import { Random } from '@ptychokit/config';
import { accumulatePatches, canvasFor, extractPatches, insertPatches, mapPair, toPair } from '@ptychokit/physics';
import { add, div, memory, mul, ones, setBackend, slice, type Tensor, unstack } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference, onEveryEngine, randomPair, randomTensor } from '../contract/operator.js';
import { type NpzArray, readNpz } from '../support/read-npz.js';
import { fixturesDir } from '../support/shared-data.js';

const x = [-3.25, 0, 4.75, 2, 2];
const y = [10.5, 12, 11.1, 14.999, 14.999];

describe('canvasFor', () => {
  it('starts at whole pixels and ends where the last sub-pixel spread ends', () => {
    expect(canvasFor({ x, y, size: 4 })).toEqual({ originX: -6, originY: 8, width: 13, height: 9 });
  });

  it('needs positions', () => {
    expect(() => canvasFor({ x: [], y: [], size: 4 })).toThrow(/finite positions, got 0/);
    expect(() => canvasFor({ x: [Number.NaN], y: [1], size: 4 })).toThrow(RangeError);
  });
});

onEveryEngine('accumulatePatches', () => {
  it('sums weighted values and weights at scan positions, dropping nothing', () => {
    const values = randomPair([x.length, 4, 4], new Random(1));
    const weights = randomTensor([4, 4], new Random(2)).square();
    const canvas = canvasFor({ x, y, size: 4 });
    const [re, im, weight] = unstack(accumulatePatches(values, { weights, x, y, canvas }), 2) as [Tensor, Tensor, Tensor];
    expect(re.shape).toEqual([canvas.height, canvas.width]);

    const shifted = { x: x.map((v) => v - canvas.originX), y: y.map((v) => v - canvas.originY) };
    const expected = insertPatches(
      mapPair(values, (part) => mul(part, weights)),
      { ...shifted, height: canvas.height, width: canvas.width },
    );
    expect(maxDifference(re, expected.re)).toBeLessThan(1e-6);
    expect(maxDifference(im, expected.im)).toBeLessThan(1e-6);
    const total = (t: Tensor): number => t.dataSync<'float32'>().reduce((a, b) => a + b, 0);
    expect(total(weight)).toBeCloseTo(x.length * total(weights), 3);
    expect(total(re)).toBeCloseTo(total(mul(values.re, weights)), 3);
  });

  it('counts what a pixel lacks of its full value in the sum of weights alone', () => {
    const values = randomPair([x.length, 4, 4], new Random(1));
    const options = { weights: randomTensor([4, 4], new Random(2)).square(), x, y, canvas: canvasFor({ x, y, size: 4 }) };
    const coverage = randomTensor([x.length, 4, 4], new Random(3)).square();
    const dimmed = mapPair(values, (part) => mul(part, coverage));
    const [re, , weight] = unstack(accumulatePatches(dimmed, { ...options, coverage }), 2) as [Tensor, Tensor, Tensor];
    expect(maxDifference(re, unstack(accumulatePatches(dimmed, options), 2)[0] as Tensor)).toBe(0);
    const ones = accumulatePatches({ re: coverage, im: coverage }, options);
    expect(maxDifference(weight, unstack(ones, 2)[0] as Tensor)).toBeLessThan(1e-6);
  });

  it('adds up over batches', () => {
    const values = randomPair([x.length, 4, 4], new Random(3));
    const weights = ones([4, 4]);
    const canvas = canvasFor({ x, y, size: 4 });
    const whole = accumulatePatches(values, { weights, x, y, canvas });
    const part = (first: number, count: number): Tensor =>
      accumulatePatches(
        mapPair(values, (t) => slice(t, [first, 0, 0], [count, 4, 4])),
        {
          weights,
          x: x.slice(first, first + count),
          y: y.slice(first, first + count),
          canvas,
        },
      );
    expect(maxDifference(add(part(0, 2), part(2, 3)), whole)).toBeLessThan(1e-6);
  });

  it('gives an object back from patches at whole pixels', () => {
    const object = randomPair([30, 30], new Random(4));
    const positions = { x: [8, 12, 16, 20, 8, 14, 20], y: [8, 8, 8, 8, 13, 13, 13] };
    const patches = extractPatches(object, { ...positions, size: 16 });
    const canvas = canvasFor({ ...positions, size: 16 });
    const weights = add(randomTensor([16, 16], new Random(5)).square(), 0.1);
    const [re, , weight] = unstack(accumulatePatches(patches, { weights, ...positions, canvas }), 2) as [Tensor, Tensor, Tensor];
    const stitched = div(slice(re, [0, 0], [21, 28]), slice(weight, [0, 0], [21, 28]));
    expect(maxDifference(stitched, slice(object.re, [canvas.originY, canvas.originX], [21, 28]))).toBeLessThan(1e-5);
  });

  it('leaves nothing behind but its result', () => {
    const [values, weights] = [randomPair([x.length, 4, 4], new Random(6)), ones([4, 4])];
    const before = memory().numTensors;
    accumulatePatches(values, { weights, x, y, canvas: canvasFor({ x, y, size: 4 }) });
    expect(memory().numTensors).toBe(before + 1);
  });
});

describe('against the published stitching', () => {
  const fixtures = fixturesDir();
  const file = `${fixtures}/parity/reassemble.npz`;
  beforeAll(() => setBackend('tensorflow').then(() => undefined));

  /** Positions relative to their mean on a canvas centred there, with p pixels beyond the patches: the fixture's geometry. */
  const stitch = (m: number, roundUpToEven: boolean): { npz: ReturnType<typeof readNpz>; sums: Tensor[] } => {
    const npz = readNpz(file);
    const patches = npz('stitch_patches');
    const [count = 0, , N = 0] = patches.shape;
    const centred = ['stitch_x', 'stitch_y'].map((name) => {
      const values = Float64Array.from(npz(name).data as ArrayLike<number>);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.map((value) => value - mean);
    }) as [Float64Array, Float64Array];
    const largest = Math.ceil(Math.max(...centred.flatMap((values) => [...values].map(Math.abs))));
    const p = roundUpToEven ? 2 * Math.ceil(largest / 2) : largest;
    const side = m + 2 * p;
    const all = toPair({ shape: [count, N, N], data: patches.data as Float32Array });
    const values = mapPair(all, (part) => slice(part, [0, (N - m) / 2, (N - m) / 2], [count, m, m]));
    const canvas = { originX: -side / 2, originY: -side / 2, width: side, height: side };
    const sums = accumulatePatches(values, { weights: ones([m, m]), x: centred[0], y: centred[1], canvas });
    return { npz, sums: unstack(sums, 2) };
  };
  /** Largest difference relative to the largest modulus; a real fixture has `im` undefined. */
  const errorAgainst = (expected: NpzArray, re: Tensor, im?: Tensor): number => {
    expect(re.shape).toEqual(expected.shape);
    const parts = [re.dataSync(), im?.dataSync() ?? new Float32Array(re.size)] as const;
    const step = im === undefined ? 1 : 2;
    let error = 0;
    let largest = 0;
    for (let k = 0; k < re.size; k++) {
      const [a, b] = [expected.data[step * k] as number, im === undefined ? 0 : (expected.data[step * k + 1] as number)];
      error = Math.max(error, Math.hypot((parts[0][k] as number) - a, (parts[1][k] as number) - b));
      largest = Math.max(largest, Math.hypot(a, b));
    }
    return error / largest;
  };

  it.skipIf(fixtures === undefined).each([20, 10])('reproduces the uniform stitch of m = %i (skipped without shared fixtures)', (m) => {
    const { npz, sums } = stitch(m, true);
    const [re, im, weight] = sums as [Tensor, Tensor, Tensor];
    const [stitchedRe, stitchedIm] = [re, im].map((part) => div(part, add(weight, 1e-9))) as [Tensor, Tensor];
    expect(errorAgainst(npz(`tf_reassemble_position_M${m}`), stitchedRe, stitchedIm)).toBeLessThan(1e-5);
  });

  it.skipIf(fixtures === undefined)('reproduces the sums of m = 32', () => {
    const { npz, sums } = stitch(32, false);
    const [re, im, weight] = sums as [Tensor, Tensor, Tensor];
    expect(errorAgainst(npz('single_sum_middle32'), re, im)).toBeLessThan(1e-5);
    expect(errorAgainst(npz('single_ones_middle32'), weight)).toBeLessThan(1e-5);
  });
});
