import { setImmediate } from 'node:timers/promises';
import type { DataFile } from '../data-file.js';
import { decodeScalars, imageBytes, imageLength, isPlain, type StackLayout, transposeImages } from './layout.js';
import { RecordReader } from './record-reader.js';

const SCRATCH_BYTES = 1 << 22;
/** Some milliseconds of copying. */
const TURN_BYTES = 1 << 24;

/** What a {@link StackFile} reads. */
export interface StackPlace {
  /** First byte of the first image. */
  readonly position: number;
  readonly layout: StackLayout;
  /** True for files that nobody writes to, which need not be watched: those of the cache. */
  readonly immutable?: boolean;
}

/** A stack of images in one file, images in one piece each, read by position. */
export class StackFile {
  readonly layout: StackLayout;
  readonly #file: DataFile;
  readonly #records: RecordReader;
  readonly #watched: boolean;
  readonly #plain: boolean;
  #scratch: Uint8Array<ArrayBuffer> | undefined;
  #busy: Promise<void> = Promise.resolve();
  #sinceTurn = 0;

  constructor(file: DataFile, { position, layout, immutable = false }: StackPlace) {
    if (!layout.contiguous) throw new RangeError('expected images that lie in one piece each');
    this.layout = layout;
    this.#file = file;
    this.#records = new RecordReader(file, { position, length: imageBytes(layout) });
    this.#watched = !immutable;
    this.#plain = isPlain(layout);
  }

  /** Path of the file, for messages. */
  get path(): string {
    return this.#file.path;
  }

  /**
   * Gathers images as float32, in index order; neighbours in the file are read at once. Undefined where that is done already, which spares
   * the caller a turn of the event loop.
   *
   * @throws DataFileError the file cannot be read, or was changed, shortened or replaced since it was opened
   */
  gather(indices: ArrayLike<number>, into: Float32Array): Promise<void> | undefined {
    let reading: Promise<void> | undefined;
    try {
      reading = this.#plain ? this.#records.gather(indices, bytesOf(into)) : this.#gatherInTurn(indices, into);
    } finally {
      if (reading === undefined) this.#assertUnchanged();
    }
    return reading?.finally(() => this.#assertUnchanged()) ?? this.#turnAfter(4 * indices.length * imageLength(this.layout));
  }

  /** Gathers that are done at once would keep a loop of them from hearing of signals and timers: now and then they wait for a turn. */
  #turnAfter(bytes: number): Promise<void> | undefined {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < TURN_BYTES) return undefined;
    this.#sinceTurn = 0;
    return setImmediate();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Afterwards: what was read before a change is good, and a change explains a failure better than the failure does. */
  #assertUnchanged(): void {
    if (this.#watched) this.#file.assertUnchanged();
  }

  /** One scratch serves all calls, so they wait for each other. */
  #gatherInTurn(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    const turn = this.#busy.then(() => this.#gatherConverted(indices, into));
    this.#busy = turn.catch(() => {});
    return turn;
  }

  async #gatherConverted(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    const record = imageBytes(this.layout);
    const length = imageLength(this.layout);
    const most = Math.max(1, Math.min(this.layout.count, Math.floor(SCRATCH_BYTES / record)));
    this.#scratch ??= new Uint8Array(most * record);
    for (let first = 0; first < indices.length; first += most) {
      const wanted = Array.prototype.slice.call(indices, first, first + most) as number[];
      const piece = this.#scratch.subarray(0, wanted.length * record);
      await this.#records.gather(wanted, piece);
      const target = into.subarray(first * length, (first + wanted.length) * length);
      decodeScalars(this.layout, { bytes: piece, into: target });
      if (this.layout.transposed) transposeImages(this.layout, target);
    }
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
