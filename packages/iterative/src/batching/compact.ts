import { type BatchingOptions, cut } from './batching.js';

/**
 * Batches of neighbours of equal size: the scan is split in two across its longer side again and again, at a whole number of batches, until
 * each part is one batch. (k-d splitting: as compact as clusters, of exactly equal sizes, and with one result.)
 */
export function compactBatches({ batchSize, frames, x, y }: Omit<BatchingOptions, 'batching' | 'seed'>): Int32Array[] {
  const split = (members: Int32Array): Int32Array[] => {
    const batches = Math.ceil(members.length / batchSize);
    if (batches <= 1) return members.length === 0 ? [] : cut(members, batchSize);
    const axis = spread(members, x) >= spread(members, y) ? x : y;
    const sorted = members.slice().sort((a, b) => (axis[a] as number) - (axis[b] as number) || a - b);
    const at = Math.floor(batches / 2) * Math.ceil(members.length / batches);
    return [...split(sorted.slice(0, at)), ...split(sorted.slice(at))];
  };
  return split(frames);
}

function spread(members: Int32Array, values: ArrayLike<number>): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const member of members) {
    low = Math.min(low, values[member] as number);
    high = Math.max(high, values[member] as number);
  }
  return high - low;
}
