import type { FileHandle } from 'node:fs/promises';
import { decodeScalars, imageBytes, imageLength, type StackLayout, transposeImages } from './layout.js';
import { writeFully } from './write-fully.js';

const BLOCK_BYTES = 1 << 21;
/** Flushed to the disk while the next ones are made, so that little is left to flush at the end. */
const FLUSH_BYTES = 1 << 26;

interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly images: Float32Array<ArrayBuffer>;
}

/** Converts a stream of images that lie in one piece each; one block is being written while the next one fills. */
export class ImageWriter {
  readonly #handle: FileHandle;
  readonly #layout: StackLayout;
  readonly #blocks: readonly [Block, Block];
  #current = 0;
  #filled = 0;
  #position = 0;
  #flushed = 0;
  #writing: Promise<void> = Promise.resolve();
  #flushing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle, layout: StackLayout) {
    this.#handle = handle;
    this.#layout = layout;
    const images = Math.max(1, Math.min(layout.count, Math.floor(BLOCK_BYTES / imageBytes(layout))));
    const block = (): Block => ({
      bytes: new Uint8Array(images * imageBytes(layout)),
      images: new Float32Array(images * imageLength(layout)),
    });
    this.#blocks = [block(), block()];
  }

  /** Takes the next bytes of the stream; `bytes` may be reused afterwards. */
  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const block = this.#blocks[this.#current] as Block;
      const take = Math.min(bytes.length - at, block.bytes.length - this.#filled);
      block.bytes.set(bytes.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled === block.bytes.length) await this.#change();
    }
  }

  /** Call after the last byte. */
  async finish(): Promise<void> {
    try {
      if (this.#filled > 0) await this.#change();
      await Promise.all([this.#writing, this.#flushing]);
    } finally {
      await this.abandon();
    }
  }

  /** Call instead where the stream failed: nothing is being written any more when this settles. */
  async abandon(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#flushing]);
  }

  /** Hands the full block to the writer, once the other one is free. */
  async #change(): Promise<void> {
    const { bytes, images } = this.#blocks[this.#current] as Block;
    const length = (this.#filled / imageBytes(this.#layout)) * imageLength(this.#layout);
    const part = images.subarray(0, length);
    decodeScalars(this.#layout, { bytes: bytes.subarray(0, this.#filled), into: part });
    if (this.#layout.transposed) transposeImages(this.#layout, part);
    await this.#writing;
    this.#writing = writeFully(this.#handle, { data: part, position: this.#position });
    this.#writing.catch(() => {}); // thrown at the next block, or at the end
    this.#position += part.byteLength;
    this.#current = 1 - this.#current;
    this.#filled = 0;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#position - this.#flushed < FLUSH_BYTES) return;
    this.#flushed = this.#position;
    await this.#flushing;
    this.#flushing = this.#handle.datasync();
    this.#flushing.catch(() => {});
  }
}
