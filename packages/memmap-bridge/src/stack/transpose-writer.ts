import type { FileHandle } from 'node:fs/promises';
import { decodeScalars, imageLength, type StackLayout, scalarBytes, transposeImages } from './layout.js';
import { readFully, writeFully } from './write-fully.js';

/** Memory used for the strips and blocks of a transposition. */
const BUDGET_BYTES = 1 << 25;

/**
 * Turns a stream of "pixel after pixel, all frames of each" into frames, in two passes and bounded memory.
 *
 * The file is divided into blocks of frames. The first pass collects a strip of pixels at a time and writes, for each block, the
 * part of the strip that belongs to it, so that a block becomes a small matrix (pixel, frame). The second pass transposes each block.
 */
export class TransposeWriter {
  readonly #handle: FileHandle;
  readonly #layout: StackLayout;
  readonly #blockFrames: number;
  readonly #strip: Uint8Array<ArrayBuffer>;
  readonly #values: Float32Array<ArrayBuffer>;
  #filled = 0;
  #pixelsDone = 0;

  constructor(handle: FileHandle, layout: StackLayout, options: { readonly budget?: number } = {}) {
    const budget = options.budget ?? BUDGET_BYTES;
    this.#handle = handle;
    this.#layout = layout;
    const perPixel = layout.count * layout.components;
    const stripPixels = clamp(Math.floor(budget / (4 * perPixel)), layout.size ** 2);
    this.#blockFrames = clamp(Math.floor(budget / (4 * imageLength(layout))), layout.count);
    this.#strip = new Uint8Array(stripPixels * perPixel * scalarBytes(layout));
    this.#values = new Float32Array(stripPixels * perPixel);
  }

  /** Takes the next bytes of the stream. */
  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const take = Math.min(bytes.length - at, this.#strip.length - this.#filled);
      this.#strip.set(bytes.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled === this.#strip.length) await this.#writeStrip();
    }
  }

  /** Call after the last byte. */
  async finish(): Promise<void> {
    if (this.#filled > 0) await this.#writeStrip();
    for (let first = 0; first < this.#layout.count; first += this.#blockFrames) await this.#transposeBlock(first);
  }

  /** Call instead where the stream failed; every write was waited for. */
  async abandon(): Promise<void> {}

  async #writeStrip(): Promise<void> {
    const { count, components } = this.#layout;
    const pixels = this.#filled / (count * components * scalarBytes(this.#layout));
    decodeScalars(this.#layout, { bytes: this.#strip.subarray(0, this.#filled), into: this.#values });
    for (let first = 0; first < count; first += this.#blockFrames) {
      const frames = Math.min(this.#blockFrames, count - first);
      const part = new Float32Array(pixels * frames * components);
      for (let p = 0; p < pixels; p++) {
        const start = (p * count + first) * components;
        part.set(this.#values.subarray(start, start + frames * components), p * frames * components);
      }
      const position = 4 * (first * imageLength(this.#layout) + this.#pixelsDone * frames * components);
      await writeFully(this.#handle, { data: part, position });
    }
    this.#pixelsDone += pixels;
    this.#filled = 0;
  }

  async #transposeBlock(first: number): Promise<void> {
    const { count, components, size, transposed } = this.#layout;
    const frames = Math.min(this.#blockFrames, count - first);
    const length = imageLength(this.#layout);
    const position = 4 * first * length;
    const block = new Float32Array(frames * length); // (pixel, frame)
    await readFully(this.#handle, { into: new Uint8Array(block.buffer), position });
    const images = new Float32Array(frames * length); // (frame, pixel)
    const pixels = size * size;
    for (let p = 0; p < pixels; p++) {
      for (let k = 0; k < frames; k++) {
        for (let part = 0; part < components; part++) {
          images[k * length + p * components + part] = block[(p * frames + k) * components + part] as number;
        }
      }
    }
    if (transposed) transposeImages(this.#layout, images);
    await writeFully(this.#handle, { data: images, position });
  }
}

function clamp(value: number, largest: number): number {
  return Math.max(1, Math.min(value, largest));
}
