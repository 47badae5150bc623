import type { FrameSource } from '@ptychokit/memmap-bridge';
import type { FrameBatch } from '../engines/propagate.js';
import { type ObjectSize, type ObjectWindows, objectWindows, type SquareMemory } from '../geometry/object-windows.js';
import type { Placements } from '../geometry/placements.js';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import { realTensor } from '../kernels/tensor-values.js';

/** How frames reach the engine. */
export interface ReadBatchesOptions extends ObjectSize {
  readonly kernels: ComplexKernels;
  /** Amplitudes times this are square roots of counts. */
  readonly countScale: number;
  /** Where the frames of a batch lie, asked for when the batch is made. */
  readonly placementsOf: (indices: Int32Array) => Placements;
  /** Memory for two batches, for callers that read again and again; taken anew without it. */
  readonly memory?: FrameMemory | undefined;
}

/** Memory for the frames of two batches, and for what is cut out of the object for one. */
export interface FrameMemory {
  readonly frames: readonly [Float32Array, Float32Array];
  readonly squares: SquareMemory;
}

/** Memory for batches of up to so many pixels. */
export const frameMemory = (pixels: number): FrameMemory => ({
  frames: [new Float32Array(pixels), new Float32Array(pixels)],
  squares: [new Float32Array(2 * pixels), new Float32Array(2 * pixels)],
});

interface Reading {
  readonly indices: Int32Array;
  readonly frames: Float32Array;
}

/**
 * The batches in the order given, on the engine; the next one is read while the caller works on this one. A batch is freed when the next is
 * asked for or the iteration ends: memory is two batches, whatever the number of frames.
 */
export async function* readBatches(
  source: FrameSource,
  batches: readonly Int32Array[],
  options: ReadBatchesOptions,
): AsyncGenerator<FrameBatch, void, undefined> {
  const area = source.frameSize ** 2;
  const largest = batches.reduce((most, batch) => Math.max(most, batch.length), 0);
  const memory = options.memory ?? frameMemory(largest * area);
  const buffers = memory.frames;
  const start = (index: number): Promise<Reading> | undefined => {
    const indices = batches[index];
    if (indices === undefined) return undefined;
    const frames = buffers[index % 2 === 0 ? 0 : 1].subarray(0, indices.length * area);
    const reading = source.readFrames(indices, frames).then(() => ({ indices, frames }));
    // The batch ahead may fail while the caller is busy with this one: the error waits for its turn.
    reading.catch(() => undefined);
    return reading;
  };
  let next = start(0);
  for (let index = 0; next !== undefined; index++) {
    const reading = await next;
    next = start(index + 1);
    const batch = onEngine(reading, source.frameSize, { ...options, memory });
    try {
      yield batch;
    } finally {
      batch.dispose();
    }
  }
}

function onEngine({ indices, frames }: Reading, N: number, options: ReadBatchesOptions): FrameBatch & { dispose(): void } {
  const { kernels, countScale, height, width, memory } = options;
  const placements = options.placementsOf(indices);
  const scale = Math.fround(countScale);
  if (scale !== 1) for (let i = 0; i < frames.length; i++) frames[i] = (frames[i] as number) * scale;
  let windows: ObjectWindows | undefined;
  return {
    indices,
    // No copy: the buffer is written again only after this batch was freed.
    amplitudes: realTensor(frames, [indices.length, 1, N, N]),
    placements,
    get windows() {
      windows ??= objectWindows(kernels, placements, { side: N, height, width, memory: memory?.squares });
      return windows;
    },
    dispose() {
      this.amplitudes.dispose();
      windows?.dispose();
    },
  };
}
