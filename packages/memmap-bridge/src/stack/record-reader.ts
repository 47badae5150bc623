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

/** The clock is looked at after this many bytes, or after a longer run. */
const CLOCK_BYTES = 1 << 16;

/**
 * Gathers records of a file.
 *
 * What the system holds in memory is copied by the calling thread, which is several times faster than asking another one and allocates
 * nothing. Where reads show that they have to wait for the disk, the rest goes to the thread pool at once, neighbours together, so that
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

  /**
   * Fills `into` with records in index order; undefined where that is done already. Nothing is being written into it any more when the
   * promise settles, also when it fails.
   */
  gather(indices: ArrayLike<number>, into: Uint8Array): Promise<void> | undefined {
    const done = this.#pace.mayWait(indices.length * this.#layout.length) ? this.#gatherSync(indices, into) : 0;
    if (done === indices.length) return undefined;
    const rest = done === 0 ? indices : Array.prototype.slice.call(indices, done);
    return this.#gatherAsync(rest, { into: into.subarray(done * this.#layout.length) });
  }

  /** Returns how many records were read before reads had to wait. */
  #gatherSync(indices: ArrayLike<number>, into: Uint8Array): number {
    const { length, position } = this.#layout;
    let timed = performance.now();
    let untimedBytes = 0;
    for (let first = 0; first < indices.length; ) {
      const end = runEnd(indices, first);
      const bytes = (end - first) * length;
      this.#file.readSync(into, { offset: first * length, length: bytes, position: position + (indices[first] as number) * length });
      first = end;
      untimedBytes += bytes;
      if (untimedBytes < CLOCK_BYTES) continue;
      const now = performance.now();
      if (this.#pace.mustLeave(now - timed, untimedBytes)) return first;
      timed = now;
      untimedBytes = 0;
    }
    if (untimedBytes > 0) this.#pace.mustLeave(performance.now() - timed, untimedBytes);
    this.#pace.endGather();
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
