import type { DataFile } from '../data-file.js';
import { decodeScalars, imageBytes, imageLength, isPlain, type StackLayout, transposeImages } from './layout.js';

/** Reads in flight at once: enough to keep a disk busy, and to go on while the main thread computes. */
const LANES = 32;
const SCRATCH_BYTES = 1 << 20;

/** A stack of images in one file, images in one piece each, read by position. */
export class StackFile {
  readonly layout: StackLayout;
  readonly #file: DataFile;
  readonly #position: number;
  #scratch: Uint8Array<ArrayBuffer> | undefined;
  #busy: Promise<void> = Promise.resolve();

  /** @param position first byte of the first image */
  constructor(file: DataFile, stack: { readonly position: number; readonly layout: StackLayout }) {
    if (!stack.layout.contiguous) throw new RangeError('expected images that lie in one piece each');
    this.layout = stack.layout;
    this.#file = file;
    this.#position = stack.position;
  }

  /** Path of the file, for messages. */
  get path(): string {
    return this.#file.path;
  }

  /** Gathers images as float32, in index order; neighbours in the file are read at once. */
  async gather(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    if (isPlain(this.layout)) return this.#gatherPlain(indices, into);
    // One scratch serves all calls, so they wait for each other.
    const turn = this.#busy.then(() => this.#gatherConverted(indices, into));
    this.#busy = turn.catch(() => {});
    return turn;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #gatherPlain(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    const record = imageBytes(this.layout);
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < indices.length) {
        const first = next;
        next = runEnd(indices, first);
        await this.#file.read(bytes.subarray(first * record, next * record), this.#position + (indices[first] as number) * record);
      }
    };
    // Settled, not all: after a failure no read may still be writing into the caller's buffer.
    const lanes = await Promise.allSettled(Array.from({ length: Math.min(LANES, indices.length) }, lane));
    const failure = lanes.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  async #gatherConverted(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    const record = imageBytes(this.layout);
    const length = imageLength(this.layout);
    const most = Math.max(1, Math.floor(SCRATCH_BYTES / record));
    this.#scratch ??= new Uint8Array(most * record);
    for (let first = 0; first < indices.length; ) {
      const end = Math.min(runEnd(indices, first), first + most);
      const piece = this.#scratch.subarray(0, (end - first) * record);
      await this.#file.read(piece, this.#position + (indices[first] as number) * record);
      const target = into.subarray(first * length, end * length);
      decodeScalars(this.layout, { bytes: piece, into: target });
      if (this.layout.transposed) transposeImages(this.layout, target);
      first = end;
    }
  }
}

/** End of the run of consecutive indices that starts at `first`. */
function runEnd(indices: ArrayLike<number>, first: number): number {
  let end = first + 1;
  while (end < indices.length && indices[end] === (indices[end - 1] as number) + 1) end++;
  return end;
}
