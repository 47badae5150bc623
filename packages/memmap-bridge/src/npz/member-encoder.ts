import { crc32 } from 'node:zlib';
import { Deflate } from 'fflate';

/**
 * Stores or deflates the bytes of one member, and keeps its sizes and checksum.
 *
 * Deflates with fflate although Node's zlib is faster: zlib's output differs between its builds, and archives of equal content
 * must have equal bytes on every machine.
 */
export class MemberEncoder {
  readonly #deflate: Deflate | undefined;
  #ready: Uint8Array[] = [];
  #crc = 0;
  #size = 0;
  #compressed = 0;

  constructor(deflate: boolean) {
    if (deflate) this.#deflate = new Deflate({ level: 6 }, (piece) => this.#ready.push(piece));
  }

  /** Bytes pushed so far. */
  get size(): number {
    return this.#size;
  }

  get crc32(): number {
    return this.#crc;
  }

  /** Bytes handed out so far. */
  get compressedSize(): number {
    return this.#compressed;
  }

  /** Takes bytes, which must not change before the pieces handed out are written; gives what is to be written. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#crc = crc32(bytes, this.#crc);
    this.#size += bytes.length;
    if (this.#deflate === undefined) return this.#handOut([bytes]);
    // fflate keeps a window of what it was given.
    this.#deflate.push(new Uint8Array(bytes));
    return this.#handOut(this.#takeReady());
  }

  /** The last bytes of the member. */
  end(): Uint8Array[] {
    this.#deflate?.push(new Uint8Array(0), true);
    return this.#handOut(this.#takeReady());
  }

  #takeReady(): Uint8Array[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #handOut(pieces: Uint8Array[]): Uint8Array[] {
    for (const piece of pieces) this.#compressed += piece.length;
    return pieces;
  }
}
