import { Random } from '@ptychokit/config';
import type { BatchingOptions } from './batching.js';
import { compactBatches } from './compact.js';

/**
 * Batches spread over the whole scan: the scan is cut into compact neighbourhoods of as many frames as there are batches, and every batch takes
 * one frame of each.
 */
export function uniformBatches(options: Omit<BatchingOptions, 'batching'>): Int32Array[] {
  const { batchSize, seed, frames } = options;
  const count = Math.ceil(frames.length / batchSize);
  const batches: number[][] = Array.from({ length: count }, () => []);
  const random = new Random(seed, 'uniform batches');
  for (const neighbourhood of compactBatches({ ...options, batchSize: count })) {
    const order = random.permutation(count);
    neighbourhood.forEach((frame, i) => {
      batches[order[i] as number]?.push(frame);
    });
  }
  return batches.filter((batch) => batch.length > 0).map((batch) => Int32Array.from(batch));
}
