/** Blocks of frames that were read last, up to a number of bytes. */
export class BlockCache {
  readonly #limit: number;
  readonly #blocks = new Map<string, Float32Array>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** The block of this name, made by `read` where it is not at hand. */
  get(name: string, read: () => Float32Array): Float32Array {
    const found = this.#blocks.get(name);
    if (found !== undefined) this.#blocks.delete(name); // and back again at the young end
    const block = found ?? read();
    this.#blocks.set(name, block);
    if (found === undefined) this.#bytes += block.byteLength;
    for (const [oldest, { byteLength }] of this.#blocks) {
      if (this.#bytes <= this.#limit || oldest === name) break;
      this.#blocks.delete(oldest);
      this.#bytes -= byteLength;
    }
    return block;
  }

  clear(): void {
    this.#blocks.clear();
    this.#bytes = 0;
  }
}
