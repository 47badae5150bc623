import { type GroupedData, readAhead } from '@ptychokit/memmap-bridge';

/** Frames and geometry of some groups, in buffers that are reused: valid until the next batch is asked for. */
export interface Batch {
  /** Indices of the groups. */
  readonly groups: Int32Array;
  /** Amplitudes, `[groups, C, N, N]`. */
  readonly frames: Float32Array;
  /** Positions relative to the centre of each group, (x, y) in pixels, `[groups * C * 2]`. */
  readonly offsets: Float32Array;
  /** True patches, real and imaginary parts in turn, `[groups, C, N, N]` complex; only when asked for. */
  readonly truth: Float32Array | undefined;
}

/** How batches are cut and read. */
export interface BatchOptions {
  readonly batchSize: number;
  /** Read true patches too (supervised training). */
  readonly withTruth?: boolean;
  /** Batches that are read while the caller works on one; default 2. */
  readonly ahead?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Buffers {
  readonly frames: Float32Array;
  readonly truth: Float32Array | undefined;
}

const DEFAULT_AHEAD = 2;

/**
 * Batches of groups in the order given; the last one may be short. The next ones are read while the caller works on this one, and none is
 * being read any more when the sequence has ended, in whatever way.
 *
 * @throws whatever the frame source throws, when the batch that met it is asked for
 */
export function readBatches(data: GroupedData, order: Int32Array, options: BatchOptions): AsyncGenerator<Batch, void, undefined> {
  const { batchSize, ahead: depth = DEFAULT_AHEAD, signal } = options;
  const buffers = Array.from({ length: depth + 1 }, () => makeBuffers(data, options));
  const read = (index: number, slot: number): Promise<Batch> => {
    const groups = order.subarray(index * batchSize, Math.min(order.length, (index + 1) * batchSize));
    return readBatch(data, groups, buffers[slot] as Buffers);
  };
  return readAhead({ count: Math.ceil(order.length / batchSize), read }, { depth, signal });
}

function makeBuffers(data: GroupedData, { batchSize, withTruth = false }: BatchOptions): Buffers {
  const size = Math.min(batchSize, data.groupCount) * data.channels * data.raw.frameSize ** 2;
  return { frames: new Float32Array(size), truth: withTruth ? new Float32Array(2 * size) : undefined };
}

async function readBatch(data: GroupedData, groups: Int32Array, buffers: Buffers): Promise<Batch> {
  const { channels, members, offsets: all, raw } = data;
  const wanted = new Int32Array(groups.length * channels);
  const offsets = new Float32Array(groups.length * channels * 2);
  groups.forEach((group, k) => {
    wanted.set(members.subarray(group * channels, (group + 1) * channels), k * channels);
    offsets.set(all.subarray(group * channels * 2, (group + 1) * channels * 2), k * channels * 2);
  });
  const size = wanted.length * raw.frameSize ** 2;
  const frames = buffers.frames.subarray(0, size);
  const truth = buffers.truth?.subarray(0, 2 * size);
  await Promise.all([raw.frames.readFrames(wanted, frames), truth && raw.truthPatches?.readPatches(wanted, truth)]);
  return { groups, frames, offsets, truth };
}
