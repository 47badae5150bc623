import { Random } from '@ptychokit/config';
import {
  type ComplexPair,
  centreWeights,
  exchangePatches,
  extractFromMerged,
  mapPair,
  mergePatches,
  paddedSize,
  probeWeights,
  toPair,
  translatePair,
} from '@ptychokit/physics';
import {
  add,
  cast,
  div,
  greater,
  memory,
  mul,
  ones,
  reshape,
  setBackend,
  slice,
  sum,
  Tensor,
  tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference, onEveryEngine, randomPair, randomTensor, testGradient, testLinearOperator } from '../contract/operator.js';
import { readNpz } from '../support/read-npz.js';
import { fixturesDir } from '../support/shared-data.js';

const [B, C, N, M] = [2, 4, 8, 12];
const offsets = Float64Array.from({ length: 2 * B * C }, (_, i) => 2 * Math.sin(1 + i));
const offsetTensor = (): Tensor => tensor(Float32Array.from(offsets), [B, C, 2]);
const smooth = (): Tensor => randomTensor([N, N], new Random(1)).square();

onEveryEngine('exchange inside a group', () => {
  for (const kind of ['numbers', 'tensor'] as const) {
    const q = kind === 'numbers' ? offsets : offsetTensor();
    testLinearOperator(`extractFromMerged, offsets as ${kind}`, {
      domain: [B, M, M],
      range: [B, C, N, N],
      forward: (merged) => extractFromMerged(merged, { offsets: q, size: N }),
      adjoint: (patches) => sumShifted(patches, q),
    });
  }

  it('gives the same for offsets as numbers and as a tensor', () => {
    const patches = randomPair([B, C, N, N], new Random(2));
    const [a, b] = [offsets, offsetTensor()].map((q) =>
      exchangePatches(patches, { mode: 'merged', offsets: q, size: M, weights: smooth() }),
    );
    expect(maxDifference((a as ComplexPair).re, (b as ComplexPair).re)).toBeLessThan(1e-5);
    expect(maxDifference((a as ComplexPair).im, (b as ComplexPair).im)).toBeLessThan(1e-5);
  });

  it('cuts the merged object back out in mode merged', () => {
    const patches = randomPair([B, C, N, N], new Random(3));
    const weights = smooth();
    const steps = extractFromMerged(mergePatches(patches, { offsets, size: M, weights }), { offsets, size: N });
    const direct = exchangePatches(patches, { mode: 'merged', offsets, size: M, weights });
    expect(maxDifference(steps.im, direct.im)).toBe(0);
  });

  it('returns patches of one flat object unchanged where they carry weight, up to the 0.001 of the divisor', () => {
    const flat = { re: mul(ones([B, C, N, N]), 2), im: ones([B, C, N, N]) };
    const merged = mergePatches(flat, { offsets: new Float64Array(2 * B * C), size: M, weights: centreWeights(N) });
    const centre = slice(merged.re, [0, 4, 4], [B, 4, 4]);
    expect(maxDifference(centre, mul(ones([B, 4, 4]), (2 * C) / (C + 0.001)))).toBeLessThan(1e-6);
    expect(sum(merged.re).dataSync()[0]).toBeCloseTo(((2 * C) / (C + 0.001)) * 16 * B, 3); // zero elsewhere
  });

  it('leaves out what carries practically no weight', () => {
    const flat = { re: ones([B, C, N, N]), im: ones([B, C, N, N]) };
    const merged = mergePatches(flat, { offsets, size: M, weights: mul(ones([N, N]), 1e-7) });
    expect(sum(merged.re.abs()).dataSync()[0]).toBe(0);
  });

  it('moves the one patch of a group to each member in mode single', () => {
    const patch = randomPair([B, 1, N, N], new Random(4));
    const whole = Float64Array.from({ length: 2 * B * C }, (_, i) => (i % 2 === 0 ? 1 : -2)); // q = (1, -2)
    const moved = exchangePatches(patch, { mode: 'single', offsets: whole });
    expect(moved.re.shape).toEqual([B, C, N, N]);
    // shift by -q: content moves one column left and two rows down
    const [from, to] = [patch.re.dataSync(), moved.re.dataSync()];
    for (let r = 0; r < N; r++) {
      for (let c = 0; c < N; c++) expect(to[r * N + c]).toBe(r >= 2 && c + 1 < N ? from[(r - 2) * N + c + 1] : 0);
    }
  });

  it('copies in mode independent', () => {
    const patches = randomPair([B, C, N, N], new Random(5));
    const same = exchangePatches(patches, { mode: 'independent', offsets });
    expect(maxDifference(same.re, patches.re)).toBe(0);
    same.re.dispose();
    expect(patches.re.isDisposed).toBe(false);
  });

  for (const mode of ['merged', 'single', 'independent'] as const) {
    const channels = mode === 'single' ? 1 : C;
    testGradient(`has the gradient of finite differences in mode ${mode}`, {
      of: (re, im) => {
        const out = exchangePatches({ re: re as Tensor, im: im as Tensor }, { mode, offsets, size: M, weights: smooth() });
        const [a, b] = [6, 7].map((seed) => randomTensor([B, C, N, N], new Random(seed))) as [Tensor, Tensor];
        return add(sum(mul(out.re.square(), a)), sum(mul(out.im, b)));
      },
      at: () => [8, 9].map((seed) => randomTensor([B, channels, N, N], new Random(seed))),
    });
  }

  testGradient('has the gradient of finite differences in the offsets', {
    of: (q) => {
      const patches = randomPair([B, C, N, N], new Random(10));
      const out = exchangePatches(patches, { mode: 'merged', offsets: q as Tensor, size: M, weights: add(smooth(), 0.5) });
      return sum(mul(out.re, randomTensor([B, C, N, N], new Random(11))));
    },
    // Away from whole pixels: there the rim of a patch enters with a weight near zero and the merged value is steep.
    at: () => [
      tensor(
        Float32Array.from(offsets, (q) => Math.floor(q) + 0.4),
        [B, C, 2],
      ),
    ],
    step: 1e-3,
    tolerance: 2e-2,
  });

  it('leaves nothing behind but its result', () => {
    const patches = randomPair([B, C, N, N], new Random(12));
    const weights = smooth();
    const before = memory().numTensors;
    exchangePatches(patches, { mode: 'merged', offsets, size: M, weights });
    expect(memory().numTensors).toBe(before + 2);
  });
});

/** The adjoint of extraction: every patch moved by +q into the merged region, summed over its group. */
function sumShifted(patches: ComplexPair, q: ArrayLike<number> | Tensor): ComplexPair {
  const flat = q instanceof Tensor ? q.dataSync() : q;
  const [dx, dy] = [0, 1].map((axis) => Array.from({ length: B * C }, (_, k) => flat[2 * k + axis] as number)) as [number[], number[]];
  return tidy(() => {
    const members = mapPair(patches, (part) => reshape(part, [B * C, N, N]));
    return mapPair(translatePair(members, { dx, dy, size: M }), (part) => sum(reshape(part, [B, C, M, M]), 1));
  });
}

describe('paddedSize', () => {
  it.each([
    [64, 1, 9, 64],
    [64, 2, 0, 64],
    [64, 2, 2, 68],
    [64, 2, 2.01, 70],
    [64, 2, 10, 84],
    [64, 3, 9.5, 84],
    [64, 4, 4, 76],
  ])('of N %i, gridsize %i, offsets up to %f is %i', (N, gridsize, maxAbsOffset, expected) => {
    const M = paddedSize(N, { gridsize, maxAbsOffset });
    expect(M).toBe(expected);
    if (gridsize > 1) expect((M - N) / 2).toBeGreaterThanOrEqual(maxAbsOffset);
  });
});

describe('against the published merge', () => {
  const fixtures = fixturesDir();
  const file = `${fixtures}/parity/reassemble.npz`;
  beforeAll(() => setBackend('tensorflow').then(() => undefined));
  const load = (): { npz: ReturnType<typeof readNpz>; patches: ComplexPair; q: ArrayLike<number>; side: number } => {
    const npz = readNpz(file);
    const { shape, data } = npz('patches');
    return {
      npz,
      patches: toPair({ shape, data: data as Float32Array }),
      q: npz('true_relative_xy').data,
      side: npz('M').data[0] as number,
    };
  };
  const relativeError = (
    actual: ComplexPair,
    expected: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  ): number => {
    const reference = toPair({ shape: expected.shape, data: expected.data as Float32Array });
    const scale = Math.max(reference.re.abs().max().dataSync()[0] as number, reference.im.abs().max().dataSync()[0] as number);
    return Math.max(maxDifference(actual.re, reference.re), maxDifference(actual.im, reference.im)) / scale;
  };

  it.skipIf(fixtures === undefined)('merges and extracts the same with central weights (skipped without shared fixtures)', () => {
    const { npz, patches, q, side } = load();
    const n = patches.re.shape[2] as number;
    const merged = mergePatches(patches, { offsets: q, size: side, weights: centreWeights(n) });
    expect(relativeError(merged, npz('merged'))).toBeLessThan(1e-5);
    expect(relativeError(extractFromMerged(merged, { offsets: q, size: n }), npz('extracted'))).toBeLessThan(1e-5);
    expect(
      relativeError(exchangePatches(patches, { mode: 'merged', offsets: q, size: side, weights: centreWeights(n) }), npz('extracted')),
    ).toBeLessThan(1e-5);
    const mask = npz('mask').data;
    merged.re.dataSync().forEach((value, i) => {
      if (!mask[i]) expect(value).toBe(0);
    });
  });

  it.skipIf(fixtures === undefined)('merges the same with probe weights, up to the divisor', () => {
    const { npz, patches, q, side } = load();
    const n = patches.re.shape[2] as number;
    const probe = npz('probe');
    const weights = probeWeights(toPair({ shape: probe.shape, data: probe.data as Float32Array }));
    const expected = npz('merged_probe'); // sum / max(weights, 1e-12) of the first group
    const merged = mergePatches(patches, { offsets: q, size: side, weights });
    const total = mergePatches({ re: ones([2, 4, n, n]), im: ones([2, 4, n, n]) }, { offsets: q, size: side, weights }).re; // S / (S + 0.001)
    const bright = cast(greater(total, 0.99), 'float32');
    const undo = (part: Tensor): Tensor =>
      slice(where(cast(bright, 'bool'), div(part, total), zerosLike(part)), [0, 0, 0], [1, side, side]);
    const reference = toPair({ shape: expected.shape, data: expected.data as Float32Array });
    const first = slice(bright, [0, 0, 0], [1, side, side]);
    expect(maxDifference(undo(merged.re), mul(reference.re, first))).toBeLessThan(1e-5);
    expect(maxDifference(undo(merged.im), mul(reference.im, first))).toBeLessThan(1e-5);
    expect(sum(first).dataSync()[0]).toBeGreaterThan(1000);
  });
});
