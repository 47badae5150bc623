import { Random } from '@ptychokit/config';
import {
  addToStitch,
  type Canvas,
  canvasFor,
  emptyStitch,
  extractPatches,
  insertPatches,
  mapPair,
  type PatchValues,
} from '@ptychokit/physics';
import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomPair, randomTensor } from '../contract/operator.js';
import { type NpzArray, readNpz } from '../support/read-npz.js';
import { fixturesDir } from '../support/shared-data.js';

const x = [-3.25, 0, 4.75, 2, 2];
const y = [10.5, 12, 11.1, 14.999, 14.999];

type Sums = Readonly<Record<'re' | 'im' | 'weight', Float32Array>>;

function stitch(values: PatchValues, places: Parameters<typeof addToStitch>[2]): Sums {
  const sums = emptyStitch(places.canvas);
  addToStitch(sums, values, places);
  const part = (which: number): Float32Array => sums.filter((_, i) => i % 3 === which);
  return { re: part(0), im: part(1), weight: part(2) };
}

const numbers = (shape: readonly number[], seed: number): Float32Array => randomTensor([...shape], new Random(seed)).dataSync<'float32'>();
const squares = (shape: readonly number[], seed: number): Float32Array => numbers(shape, seed).map((value) => value ** 2);
const arrays = (pair: { readonly re: Tensor; readonly im: Tensor }): PatchValues => ({
  re: pair.re.dataSync<'float32'>(),
  im: pair.im.dataSync<'float32'>(),
});
const difference = (a: Float32Array, b: Float32Array): number => {
  expect(a).toHaveLength(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
};

describe('addToStitch', () => {
  const canvas = canvasFor({ x, y, size: 4 });
  const pair = randomPair([x.length, 4, 4], new Random(1));
  const values = arrays(pair);
  const weights = squares([4, 4], 2);

  it('sums weighted values and weights at scan positions, dropping nothing', () => {
    const { re, im, weight } = stitch(values, { weights, x, y, canvas });
    const shifted = { x: x.map((v) => v - canvas.originX), y: y.map((v) => v - canvas.originY) };
    const factors = randomTensor([4, 4], new Random(2)).square();
    const expected = insertPatches(
      mapPair(pair, (part) => mul(part, factors)),
      { ...shifted, height: canvas.height, width: canvas.width },
    );
    expect(difference(re, expected.re.dataSync<'float32'>())).toBeLessThan(1e-6);
    expect(difference(im, expected.im.dataSync<'float32'>())).toBeLessThan(1e-6);
    const total = (all: Float32Array): number => all.reduce((a, b) => a + b, 0);
    expect(total(weight)).toBeCloseTo(x.length * total(weights), 3);
  });

  it('counts what a pixel lacks of its full value in the sum of weights alone', () => {
    const coverage = squares([x.length, 4, 4], 3);
    const [plain, covered] = [stitch(values, { weights, x, y, canvas }), stitch({ ...values, coverage }, { weights, x, y, canvas })];
    expect(difference(covered.re, plain.re)).toBe(0);
    const ones = stitch({ re: coverage, im: coverage }, { weights, x, y, canvas });
    expect(difference(covered.weight, ones.re)).toBeLessThan(1e-6);
  });

  it('adds to what is there already', () => {
    const whole = stitch(values, { weights, x, y, canvas });
    const sums = emptyStitch(canvas);
    for (const [first, count] of [
      [0, 2],
      [2, 3],
    ] as const) {
      const part = (all: Float32Array): Float32Array => all.subarray(16 * first, 16 * (first + count));
      const at = { x: x.slice(first, first + count), y: y.slice(first, first + count) };
      addToStitch(sums, { re: part(values.re), im: part(values.im) }, { ...at, weights, canvas });
    }
    expect(
      difference(
        sums.filter((_, i) => i % 3 === 0),
        whole.re,
      ),
    ).toBeLessThan(1e-6);
  });

  it('gives an object back from patches at whole pixels', () => {
    const object = randomPair([30, 30], new Random(4));
    const positions = { x: [8, 12, 16, 20, 8, 14, 20], y: [8, 8, 8, 8, 13, 13, 13] };
    const place = canvasFor({ ...positions, size: 16 });
    const own = squares([16, 16], 5).map((value) => value + 0.1);
    const { re, weight } = stitch(arrays(extractPatches(object, { ...positions, size: 16 })), {
      weights: own,
      ...positions,
      canvas: place,
    });
    const truth = object.re.dataSync();
    for (let row = 0; row < 21; row++) {
      for (let column = 0; column < 28; column++) {
        const at = row * place.width + column;
        const expected = truth[(row + place.originY) * 30 + column + place.originX] as number;
        expect((re[at] as number) / (weight[at] as number)).toBeCloseTo(expected, 4);
      }
    }
  });

  it('loses what falls outside the canvas, on every side', () => {
    const small: Canvas = { originX: canvas.originX + 2, originY: canvas.originY + 3, width: canvas.width - 5, height: canvas.height - 5 };
    const [whole, cut] = [stitch(values, { weights, x, y, canvas }), stitch(values, { weights, x, y, canvas: small })];
    for (let row = 0; row < small.height; row++) {
      const from = (row + 3) * canvas.width + 2;
      const expected = whole.im.subarray(from, from + small.width);
      expect(difference(cut.im.subarray(row * small.width, (row + 1) * small.width), expected)).toBeLessThan(1e-6);
    }
  });

  it('refuses patches that are not as many as the positions', () => {
    expect(() => stitch(values, { weights, x: x.slice(1), y: y.slice(1), canvas })).toThrow(/expected 4 patches of 16 pixels, got 80/);
  });
});

describe('against the published stitching', () => {
  const fixtures = fixturesDir();
  const file = `${fixtures}/parity/reassemble.npz`;

  /** Positions relative to their mean on a canvas centred there, with p pixels beyond the patches: the fixture's geometry. */
  const published = (m: number, roundUpToEven: boolean): Sums & { readonly npz: ReturnType<typeof readNpz>; readonly side: number } => {
    const npz = readNpz(file);
    const patches = npz('stitch_patches');
    const N = patches.shape.at(-1) as number;
    const centred = ['stitch_x', 'stitch_y'].map((name) => {
      const values = Float64Array.from(npz(name).data as ArrayLike<number>);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.map((value) => value - mean);
    }) as [Float64Array, Float64Array];
    const largest = Math.ceil(Math.max(...centred.flatMap((values) => [...values].map(Math.abs))));
    const side = m + 2 * (roundUpToEven ? 2 * Math.ceil(largest / 2) : largest);
    const inside = (i: number): boolean => i >= (N - m) / 2 && i < (N + m) / 2;
    const weights = Float32Array.from({ length: N * N }, (_, i) => (inside(i % N) && inside(Math.floor(i / N)) ? 1 : 0));
    const canvas = { originX: -side / 2, originY: -side / 2, width: side, height: side };
    const all = patches.data as Float32Array;
    const values = { re: all.filter((_, i) => i % 2 === 0), im: all.filter((_, i) => i % 2 === 1) };
    return { npz, side, ...stitch(values, { weights, x: centred[0], y: centred[1], canvas }) };
  };
  /** Largest difference relative to the largest modulus; a real fixture has `im` undefined. */
  const errorAgainst = (expected: NpzArray, re: Float32Array, im?: Float32Array): number => {
    const step = im === undefined ? 1 : 2;
    expect(expected.data).toHaveLength(step * re.length);
    let error = 0;
    let largest = 0;
    for (let k = 0; k < re.length; k++) {
      const [a, b] = [expected.data[step * k] as number, im === undefined ? 0 : (expected.data[step * k + 1] as number)];
      error = Math.max(error, Math.hypot((re[k] as number) - a, (im?.[k] ?? 0) - b));
      largest = Math.max(largest, Math.hypot(a, b));
    }
    return error / largest;
  };

  it.skipIf(fixtures === undefined).each([20, 10])('reproduces the uniform stitch of m = %i (skipped without shared fixtures)', (m) => {
    const { npz, re, im, weight, side } = published(m, true);
    const expected = npz(`tf_reassemble_position_M${m}`);
    expect(expected.shape).toEqual([side, side]);
    const divided = (part: Float32Array): Float32Array => part.map((value, i) => value / ((weight[i] as number) + 1e-9));
    expect(errorAgainst(expected, divided(re), divided(im))).toBeLessThan(1e-5);
  });

  it.skipIf(fixtures === undefined)('reproduces the sums of m = 32', () => {
    const { npz, re, im, weight } = published(32, false);
    expect(errorAgainst(npz('single_sum_middle32'), re, im)).toBeLessThan(1e-5);
    expect(errorAgainst(npz('single_ones_middle32'), weight)).toBeLessThan(1e-5);
  });
});
