import { describe, expect, it } from 'vitest';
import { Combinations } from '../../../packages/memmap-bridge/src/grouping/combinations.js';

describe('Combinations', () => {
  it.each([
    [7, 3, 35],
    [3, 3, 1],
    [20, 15, 15504],
    [24, 0, 1],
  ])('counts %d over %d', (n, k, count) => {
    expect(new Combinations(n, k).count(n)).toBe(count);
  });

  it('counts fewer elements than are taken as none, and too many to count as infinitely many', () => {
    expect(new Combinations(7, 3).count(2)).toBe(0);
    expect(new Combinations(200, 15).count(200)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [1, 1],
    [5, 2],
    [7, 3],
    [9, 8],
    [12, 6],
    [6, 6],
  ])('numbers every combination of %d over %d once, elements rising', (n, k) => {
    const combinations = new Combinations(n, k);
    const seen = new Set<string>();
    const into = new Int32Array(k);
    for (let rank = 0; rank < combinations.count(n); rank++) {
      combinations.unrank(rank, { largest: n, into });
      if (into.every((element, i) => element > (into[i - 1] ?? -1) && element < n)) seen.add(into.join());
    }
    expect(seen.size).toBe(combinations.count(n));
  });
});
