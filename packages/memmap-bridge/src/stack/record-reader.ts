import type { DataFile } from '../data-file.js';
import { type BatchedReads, batchedReads } from './batched-reads.js';
import { planGather, runEnd } from './gather-plan.js';
import { LARGEST_WAIT_BYTES, ReadPace } from './read-pace.js';

/** Records of equal length that follow each other in a file. */
export interface RecordLayout {
  /** First byte of the first record. */
  readonly position: number;
  /** Bytes of one record. */
  readonly length: number;
}

/** Records that are asked for, and where they go. */
interface Gather {
  readonly indices: ArrayLike<number>;
  readonly into: Uint8Array;
}

/** The clock is looked at after this many bytes, or after a longer run. */
const CLOCK_BYTES = 1 << 16;

/** The gather of scattered records with which batches begin: loading what they need is not worth it for a few. */
const PATIENCE = 8;
/** After so many gathers in a row of which nothing was in memory, one in {@link RETRY_EVERY} asks again. */
const FRUITLESS = 8;
const RETRY_EVERY = 16;

/**
 * Gathers records of a file.
 *
 * What the system holds in memory is copied by the calling thread, which is several times faster than asking another one: all of it in
 * one call where the system has one ({@link BatchedReads}), a call for each run of neighbours otherwise, as long as they are fast
 * ({@link ReadPace}). The rest, which has to wait for the disk, goes to the thread pool at once, neighbours together, so that the disk is
 * kept busy and the caller is not held up.
 */
export class RecordReader {
  readonly #file: DataFile;
  readonly #layout: RecordLayout;
  readonly #pace = new ReadPace();
  /** Gathers of records that do not follow each other, until batches begin. */
  #scattered = 0;
  /** Gathers in a row of which nothing was in memory; infinite where the file cannot be read in batches. */
  #fruitless = 0;

  constructor(file: DataFile, layout: RecordLayout) {
    this.#file = file;
    this.#layout = layout;
  }

  /**
   * Fills `into` with records in index order; undefined where that is done already. Nothing is being written into it any more when the
   * promise settles, also when it fails.
   */
  gather(indices: ArrayLike<number>, into: Uint8Array): Promise<void> | undefined {
    const bytes = indices.length * this.#layout.length;
    const batch = this.#batchFor(indices, bytes);
    const missing = batch && this.#gatherBatch(batch, { indices, into });
    const places = missing ?? this.#gatherInTurn(indices, into);
    return places.length === 0 ? undefined : this.#gatherAsync(places, { indices, into });
  }

  #batchFor(indices: ArrayLike<number>, bytes: number): BatchedReads | undefined {
    if (bytes > LARGEST_WAIT_BYTES || runEnd(indices, 0) >= indices.length) return undefined;
    if (this.#scattered < PATIENCE && ++this.#scattered < PATIENCE) return undefined;
    if (this.#fruitless >= FRUITLESS && this.#fruitless++ % RETRY_EVERY !== 0) return undefined;
    return batchedReads();
  }

  /** Returns the places of the records that are not in memory; undefined where the file cannot be read so. */
  #gatherBatch(batch: BatchedReads, { indices, into }: Gather): readonly number[] | undefined {
    const missing = this.#file.gatherBatch(batch, { indices, into, ...this.#layout });
    if (missing === undefined) this.#fruitless = Number.POSITIVE_INFINITY;
    else this.#fruitless = missing.length < indices.length ? 0 : this.#fruitless + 1;
    return missing;
  }

  /** Returns the places of the records that were not read because reads had to wait. */
  #gatherInTurn(indices: ArrayLike<number>, into: Uint8Array): readonly number[] {
    const done = this.#pace.mayWait(indices.length * this.#layout.length) ? this.#gatherSync(indices, into) : 0;
    return Array.from({ length: indices.length - done }, (_, k) => done + k);
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

  async #gatherAsync(wanted: readonly number[], { indices, into }: Gather): Promise<void> {
    const { length, position } = this.#layout;
    const plan = planGather(wanted.map((place) => indices[place] as number));
    const startOf = (k: number): number => (wanted[k] as number) * length;
    const reads = plan.runs.map(({ record, places }) => {
      const views = places.map((k) => into.subarray(startOf(k), startOf(k) + length));
      return this.#file.readInto(views, position + record * length);
    });
    // Settled, not all: after a failure no read may still be writing into the caller's buffer.
    const failure = (await Promise.allSettled(reads)).find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
    for (const [from, to] of plan.copies) into.copyWithin(startOf(to), startOf(from), startOf(from) + length);
  }
}
