import { SourceClosedError } from '../errors.js';
import type { FrameSource, PatchSource } from '../frame-source.js';
import { assertCleanFrames } from '../frame-values.js';
import { assertGather } from '../gather.js';
import { imageLength } from './layout.js';
import type { StackFile } from './stack-file.js';

/** What a source of this folder is made of. */
export interface StackSourceOptions {
  readonly stack: StackFile;
  /** File and member, for messages; the stack itself may lie in a cache. */
  readonly source: string;
}

/** Frames on disk, read where they lie. */
export class StackFrameSource implements FrameSource {
  readonly frameCount: number;
  readonly frameSize: number;
  readonly #stack: StackFile;
  readonly #source: string;
  /** 1 where a frame was seen to hold amplitudes only, so that later epochs need not look again. */
  readonly #checked: Uint8Array;
  #closed = false;

  constructor({ stack, source }: StackSourceOptions) {
    this.frameCount = stack.layout.count;
    this.frameSize = stack.layout.size;
    this.#stack = stack;
    this.#source = source;
    this.#checked = new Uint8Array(this.frameCount);
  }

  async readFrames(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    if (this.#closed) throw new SourceClosedError('The frames were closed', { where: this.#source });
    const pixels = imageLength(this.#stack.layout);
    assertGather(indices, into, { count: this.frameCount, length: pixels });
    const reading = this.#stack.gather(indices, into);
    if (reading !== undefined) await reading;
    if (this.#allChecked(indices)) return;
    assertCleanFrames(into, { indices, pixels, path: this.#source });
    for (let k = 0; k < indices.length; k++) this.#checked[indices[k] as number] = 1;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stack.close();
  }

  #allChecked(indices: ArrayLike<number>): boolean {
    for (let k = 0; k < indices.length; k++) if (this.#checked[indices[k] as number] === 0) return false;
    return true;
  }
}

/** Truth patches on disk, read where they lie. */
export class StackPatchSource implements PatchSource {
  readonly patchCount: number;
  readonly patchSize: number;
  readonly #stack: StackFile;
  readonly #source: string;
  #closed = false;

  constructor({ stack, source }: StackSourceOptions) {
    this.patchCount = stack.layout.count;
    this.patchSize = stack.layout.size;
    this.#stack = stack;
    this.#source = source;
  }

  async readPatches(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    if (this.#closed) throw new SourceClosedError('The patches were closed', { where: this.#source });
    assertGather(indices, into, { count: this.patchCount, length: imageLength(this.#stack.layout) });
    await this.#stack.gather(indices, into);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stack.close();
  }
}
