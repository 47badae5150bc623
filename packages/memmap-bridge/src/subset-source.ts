import { SourceClosedError } from './errors.js';
import type { FrameSource, PatchSource } from './frame-source.js';

/** Chosen frames of another source, in the chosen order. Closing it leaves the other source open. */
export class SubsetFrameSource implements FrameSource {
  readonly frameSize: number;
  readonly frameCount: number;
  readonly #source: FrameSource;
  readonly #chosen: Int32Array;
  #closed = false;

  constructor(source: FrameSource, chosen: Int32Array) {
    this.#source = source;
    this.#chosen = chosen;
    this.frameSize = source.frameSize;
    this.frameCount = chosen.length;
  }

  async readFrames(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    if (this.#closed) throw new SourceClosedError('The view was closed');
    await this.#source.readFrames(mapIndices(indices, this.#chosen), into);
  }

  /** Closes nothing: the frames belong to the whole scan. */
  async close(): Promise<void> {
    this.#closed = true;
  }
}

/** Chosen truth patches of another source, in the chosen order. Closing it leaves the other source open. */
export class SubsetPatchSource implements PatchSource {
  readonly patchSize: number;
  readonly patchCount: number;
  readonly #source: PatchSource;
  readonly #chosen: Int32Array;
  #closed = false;

  constructor(source: PatchSource, chosen: Int32Array) {
    this.#source = source;
    this.#chosen = chosen;
    this.patchSize = source.patchSize;
    this.patchCount = chosen.length;
  }

  async readPatches(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    if (this.#closed) throw new SourceClosedError('The view was closed');
    await this.#source.readPatches(mapIndices(indices, this.#chosen), into);
  }

  /** Closes nothing: the frames belong to the whole scan. */
  async close(): Promise<void> {
    this.#closed = true;
  }
}

function mapIndices(indices: ArrayLike<number>, chosen: Int32Array): Int32Array {
  const mapped = new Int32Array(indices.length);
  for (let k = 0; k < indices.length; k++) {
    const index = chosen[indices[k] as number];
    if (index === undefined) throw new RangeError(`expected indices in 0 … ${chosen.length - 1}, got ${indices[k]} at position ${k}`);
    mapped[k] = index;
  }
  return mapped;
}
