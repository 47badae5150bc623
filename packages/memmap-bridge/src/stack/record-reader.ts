import type { DataFile } from '../data-file.js';
import { planGather } from './gather-plan.js';
import { ReadPace } from './read-pace.js';

/** Records of equal length that follow each other in a file. */
export interface RecordLayout {
  /** First byte of the first record. */
  readonly position: number;
  /** Bytes of one record. */
  readonly length: number;
}

/**
 * Gathers records of a file.
 *
 * What the system holds in memory is copied by the calling thread, which is several times faster than asking another one and allocates
 * nothing. As soon as a read shows that it had to wait for the disk, the rest goes to the thread pool at once, neighbours together, so that
 * the disk is kept busy and the caller is not held up; see {@link ReadPace}.
 */
export class RecordReader {
  readonly #file: DataFile;
  readonly #layout: RecordLayout;
  readonly #pace = new ReadPace();

  constructor(file: DataFile, layout: RecordLayout) {
    this.#file = file;
    this.#layout = layout;
  }

  /** Fills `into` with records in index order. Nothing is being written into it any more when this settles, also when it fails. */
  async gather(indices: ArrayLike<number>, into: Uint8Array): Promise<void> {
    const done = this.#pace.mayWait(indices.length * this.#layout.length) ? this.#gatherSync(indices, into) : 0;
    if (done < indices.length)
      await this.#gatherAsync(done === 0 ? indices : Array.prototype.slice.call(indices, done), {
        into: into.subarray(done * this.#layout.length),
      });
  }

  /** Returns how many records were read before one was slow. */
  #gatherSync(indices: ArrayLike<number>, into: Uint8Array): number {
    const { length, position } = this.#layout;
    for (let first = 0; first < indices.length; ) {
      const end = runEnd(indices, first);
      const bytes = (end - first) * length;
      const started = performance.now();
      this.#file.readSync(into, { offset: first * length, length: bytes, position: position + (indices[first] as number) * length });
      first = end;
      if (this.#pace.wasSlow(performance.now() - started, bytes)) return first;
    }
    this.#pace.wasFast();
    return indices.length;
  }

  async #gatherAsync(indices: ArrayLike<number>, { into }: { readonly into: Uint8Array }): Promise<void> {
    const { length, position } = this.#layout;
    const plan = planGather(indices);
    const reads = plan.runs.map(({ record, places }) => {
      const views = places.map((place) => into.subarray(place * length, (place + 1) * length));
      return this.#file.readInto(views, position + record * length);
    });
    // Settled, not all: after a failure no read may still be writing into the caller's buffer.
    const failure = (await Promise.allSettled(reads)).find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    for (const [from, to] of plan.copies) into.copyWithin(to * length, from * length, (from + 1) * length);
  }
}

/** End of the run of consecutive indices that starts at `first`. */
function runEnd(indices: ArrayLike<number>, first: number): number {
  let end = first + 1;
  while (end < indices.length && indices[end] === (indices[end - 1] as number) + 1) end++;
  return end;
}
