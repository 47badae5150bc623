import { type FrameSource, type GroupedData, groupsFromMembers, RawData } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { type Batch, type BatchOptions, readBatches } from '../../../packages/trainer/src/training/batches.js';

const [N, COUNT] = [2, 10];

/** Frame k is k everywhere; remembers what was asked for, and may fail at a frame. */
class Frames implements FrameSource {
  readonly frameCount = COUNT;
  readonly frameSize = N;
  readonly reads: number[][] = [];
  failAt = -1;

  async readFrames(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    this.reads.push(Array.from(indices));
    await Promise.resolve();
    if (Array.from(indices).includes(this.failAt)) throw new Error(`frame ${this.failAt} is damaged`);
    for (let k = 0; k < indices.length; k++) into.fill(indices[k] as number, k * N * N, (k + 1) * N * N);
  }

  async close(): Promise<void> {}
}

function makeData({ frames = new Frames(), channels = 1, withTruth = false } = {}): {
  readonly data: GroupedData;
  readonly frames: Frames;
} {
  const positions = Float64Array.from({ length: COUNT }, (_, i) => i * i);
  const truth = {
    patchCount: COUNT,
    patchSize: N,
    readPatches: async (indices: ArrayLike<number>, into: Float32Array) => {
      for (let k = 0; k < indices.length; k++) into.fill(100 + (indices[k] as number), 2 * k * N * N, 2 * (k + 1) * N * N);
    },
    close: async () => undefined,
  };
  const raw = new RawData({
    frames,
    xcoords: positions,
    ycoords: positions.map((x) => -x),
    probeGuess: { shape: [N, N], data: new Float32Array(2 * N * N) },
    truthPatches: withTruth ? truth : undefined,
  });
  const members = Int32Array.from({ length: COUNT - (COUNT % channels) }, (_, i) => i);
  return { data: groupsFromMembers(raw, { members, channels }), frames };
}

/** Batches with their buffers copied, for they are reused. */
async function collect(data: GroupedData, order: readonly number[], options: BatchOptions): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of readBatches(data, Int32Array.from(order), options)) {
    batches.push({ ...batch, frames: batch.frames.slice(), truth: batch.truth?.slice() });
  }
  return batches;
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('readBatches', () => {
  it('gives groups in the order asked for, the last batch short', async () => {
    const batches = await collect(makeData().data, [7, 2, 9, 0, 4], { batchSize: 2 });
    expect(batches.map(({ groups }) => Array.from(groups))).toEqual([[7, 2], [9, 0], [4]]);
    expect(batches.map(({ frames }) => Array.from(frames))).toEqual([
      [7, 7, 7, 7, 2, 2, 2, 2],
      [9, 9, 9, 9, 0, 0, 0, 0],
      [4, 4, 4, 4],
    ]);
  });

  it('gathers the frames and offsets of the members of each group', async () => {
    const [batch] = await collect(makeData({ channels: 2 }).data, [3, 0], { batchSize: 8 });
    expect(Array.from(batch?.frames as Float32Array)).toEqual([6, 7, 0, 1].flatMap((frame) => [frame, frame, frame, frame]));
    // group 3: positions 36 and 49, mean 42.5; group 0: 0 and 1
    expect(Array.from(batch?.offsets as Float32Array)).toEqual([-6.5, 6.5, 6.5, -6.5, -0.5, 0.5, 0.5, -0.5]);
  });

  it('reads true patches only when asked', async () => {
    const { data } = makeData({ withTruth: true });
    const [[without], [plus]] = [await collect(data, [5], { batchSize: 1 }), await collect(data, [5], { batchSize: 1, withTruth: true })];
    expect(without?.truth).toBeUndefined();
    expect(Array.from(plus?.truth as Float32Array)).toEqual(new Array(8).fill(105));
  });

  it.each([
    [[], 4, 0],
    [[1], 4, 1],
    [[1, 2, 3, 4], 4, 1],
    [[1, 2, 3, 4, 5], 1, 5],
    [[1, 2, 3], 100, 1],
  ])('cuts %j in batches of %i into %i', async (order, batchSize, expected) => {
    expect(await collect(makeData().data, order, { batchSize })).toHaveLength(expected);
  });

  it('reads exactly as many batches ahead as it was told to', async () => {
    const { data, frames } = makeData();
    const batches = readBatches(data, Int32Array.of(0, 1, 2, 3, 4, 5), { batchSize: 2, ahead: 1 });
    expect(frames.reads).toEqual([]);
    await batches.next();
    await turns();
    expect(frames.reads).toEqual([
      [0, 1],
      [2, 3],
    ]);
    await batches.next();
    await turns();
    expect(frames.reads).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    await batches.next();
    await turns();
    expect((await batches.next()).done).toBe(true);
    expect(frames.reads).toHaveLength(3);
  });

  it('leaves a batch alone until the next one is asked for', async () => {
    const batches = readBatches(makeData().data, Int32Array.of(0, 1, 2, 3), { batchSize: 1 });
    for (let k = 0; k < 4; k++) {
      const { value } = await batches.next();
      await turns();
      expect(Array.from((value as Batch).frames)).toEqual([k, k, k, k]);
    }
  });

  it('throws what the source threw at the batch that met it, not before', async () => {
    const frames = new Frames();
    frames.failAt = 3;
    const batches = readBatches(makeData({ frames }).data, Int32Array.of(0, 1, 2, 3, 4, 5), { batchSize: 2 });
    const first = await batches.next();
    await turns(); // the failing read has ended by now, unhandled by anybody
    expect(Array.from((first.value as Batch).groups)).toEqual([0, 1]);
    await expect(batches.next()).rejects.toThrow('frame 3 is damaged');
    expect((await batches.next()).done).toBe(true);
  });

  it('does not mind being left after a batch while the next one fails', async () => {
    const frames = new Frames();
    frames.failAt = 2;
    for await (const batch of readBatches(makeData({ frames }).data, Int32Array.of(0, 1, 2, 3), { batchSize: 2 })) {
      expect(batch.groups).toHaveLength(2);
      break;
    }
    await turns();
  });

  it('stops at an abort', async () => {
    const controller = new AbortController();
    const batches = readBatches(makeData().data, Int32Array.of(0, 1, 2, 3), { batchSize: 1, signal: controller.signal });
    await batches.next();
    controller.abort();
    await expect(batches.next()).rejects.toThrow(/abort/i);
  });
});
