import { Random } from '@ptychokit/config';
import { compactBatches } from './compact.js';
import { uniformBatches } from './uniform.js';

/** How frames come together in batches. */
export type BatchingName = 'random' | 'uniform' | 'compact';

/** The batches of every epoch; they depend on nothing but the arguments. */
export interface Batching {
  /** Batches of an epoch (1-based), each an array of frame indices; every frame is in one. */
  epoch(epoch: number): readonly Int32Array[];
}

/** What {@link createBatching} cuts. */
export interface BatchingOptions {
  readonly batching: BatchingName;
  readonly batchSize: number;
  readonly seed: number;
  /** Frames to use. */
  readonly frames: Int32Array;
  /** Positions of all frames of the scan. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/**
 * Random batches anew in every epoch; uniform ones spread over the scan, or compact ones of neighbours, made once, in a new order every epoch.
 */
export function createBatching(options: BatchingOptions): Batching {
  const { batching, batchSize, seed, frames } = options;
  if (batching === 'random') {
    return {
      epoch: (epoch) => {
        const order = new Random(seed, 'batches', epoch).permutation(frames.length);
        return cut(
          order.map((i) => frames[i] as number),
          batchSize,
        );
      },
    };
  }
  const made = batching === 'uniform' ? uniformBatches(options) : compactBatches(options);
  return {
    epoch: (epoch) => Array.from(new Random(seed, 'batches', epoch).permutation(made.length), (i) => made[i] as Int32Array),
  };
}

/** Equal pieces, the last one shorter. */
export function cut(order: Int32Array, size: number): Int32Array[] {
  return Array.from({ length: Math.ceil(order.length / size) }, (_, b) => order.slice(b * size, (b + 1) * size));
}
