import { describe, expect, it } from 'vitest';
import { binningFor, blockMean } from '../../../../packages/study/src/report/figures/block-mean.js';

describe('blockMean', () => {
  it('averages whole blocks and the smaller ones at the rim', () => {
    const data = Float32Array.from({ length: 15 }, (_, i) => i); // 3 rows of 5
    const { data: mean, shape } = blockMean({ data, channels: 1, shape: [3, 5], region: undefined }, 2);
    expect(shape).toEqual([2, 3]);
    expect([...mean]).toEqual([3, 5, 6.5, 10.5, 12.5, 14]);
  });

  it('averages complex numbers, not their phases', () => {
    const wrapped = Float32Array.of(-1, 0.01, -1, -0.01, -1, 0.01, -1, -0.01);
    const { data } = blockMean({ data: wrapped, channels: 2, shape: [2, 2], region: undefined }, 2);
    expect(data[0]).toBeCloseTo(-1);
    expect(data[1]).toBeCloseTo(0);
  });

  it('counts only pixels inside the region and keeps blocks that are at least half inside', () => {
    const region = Uint8Array.of(1, 1, 0, 0, 0, 0, 1, 0);
    const data = Float32Array.of(1, 3, 100, 100, 100, 100, 7, 100);
    const out = blockMean({ data, channels: 1, shape: [2, 4], region }, 2);
    expect([...out.data]).toEqual([2, 7]);
    expect([...(out.region as Uint8Array)]).toEqual([1, 0]);
  });

  it.each([
    [[100, 1400], 1],
    [[1401, 10], 2],
    [[5000, 5000], 4],
  ] as const)('brings %j down with blocks of %i', (shape, binning) => {
    expect(binningFor(shape, 1400)).toBe(binning);
  });
});
