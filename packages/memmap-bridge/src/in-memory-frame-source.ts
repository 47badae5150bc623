import { SourceClosedError } from './errors.js';
import type { FrameSource } from './frame-source.js';
import { assertCleanFrames } from './frame-values.js';
import { assertGather } from './gather.js';

/** Frames that are in memory already: the double of a file in tests, and the source of simulated or small scans. */
export class InMemoryFrameSource implements FrameSource {
  readonly frameCount: number;
  readonly frameSize: number;
  readonly #frames: Float32Array;
  readonly #source: string;
  #closed = false;

  /**
   * @param frames amplitudes `[n, N, N]`; used, not copied
   * @throws RangeError a length that is no whole number of frames
   */
  constructor(frames: Float32Array, options: { readonly frameSize: number; readonly source?: string | undefined }) {
    const pixels = options.frameSize ** 2;
    if (!Number.isSafeInteger(options.frameSize) || options.frameSize < 1 || frames.length % pixels !== 0) {
      throw new RangeError(`expected frames of ${options.frameSize} x ${options.frameSize} pixels, got ${frames.length} values`);
    }
    this.frameSize = options.frameSize;
    this.frameCount = frames.length / pixels;
    this.#frames = frames;
    this.#source = options.source ?? 'arrays in memory';
  }

  async readFrames(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    if (this.#closed) throw new SourceClosedError('The frames were closed', { where: this.#source });
    const pixels = this.frameSize ** 2;
    assertGather(indices, into, { count: this.frameCount, length: pixels });
    for (let k = 0; k < indices.length; k++) {
      const start = (indices[k] as number) * pixels;
      into.set(this.#frames.subarray(start, start + pixels), k * pixels);
    }
    assertCleanFrames(into, { indices, pixels, path: this.#source });
  }

  /** Does nothing: there is no file. */
  async close(): Promise<void> {
    this.#closed = true;
  }
}
