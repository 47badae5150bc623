import { runEnd } from './gather-plan.js';
import { loadSystemCalls, type SystemCalls } from './system-calls.js';

/** Records of equal length that follow each other in a file, and which of them go where. */
export interface RecordGather {
  readonly indices: ArrayLike<number>;
  /** Place k of it becomes record `indices[k]`. */
  readonly into: Uint8Array;
  /** First byte of the first record in the file. */
  readonly position: number;
  /** Bytes of one record. */
  readonly length: number;
}

/** When a file was changed last, in whatever way. */
export interface ChangeTime {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** Most reads in one call. */
const CAPACITY = 64;
/** 32-bit words of a request (struct iocb) and of an answer (struct io_event). */
const [REQUEST_WORDS, ANSWER_WORDS] = [16, 8];
const READ = 0; // IOCB_CMD_PREAD
/** The kernel answers "not now" for what is not in memory, and does not wait for the disk (RWF_NOWAIT). */
const WITHOUT_WAITING = 8;
/** EOPNOTSUPP, ENOSYS and EINVAL: the file system has no reads that do not wait. */
const UNSUPPORTED: readonly number[] = [-95, -38, -22];
const WORD = 2 ** 32;
/** Words of struct stat, and where its change time is: seconds of 64 bits, nanoseconds. */
const [STAT_WORDS, CHANGE_WORD] = [64, 26];
const NONE: readonly number[] = [];

/**
 * Reads many records of a file in one call of the system, whatever of them is in memory: entering the system once for each takes longer
 * than copying the bytes of a frame. Nothing waits for the disk, and nothing is allocated, because fresh memory costs more than the reads.
 */
export class BatchedReads {
  readonly #calls: SystemCalls;
  readonly #requests = new Uint32Array(CAPACITY * REQUEST_WORDS);
  readonly #list: BigUint64Array;
  readonly #answers = new Int32Array(CAPACITY * ANSWER_WORDS);
  /** First place of each read, and the one behind its last. */
  readonly #firsts = new Int32Array(CAPACITY);
  readonly #ends = new Int32Array(CAPACITY);
  readonly #stat = new Uint32Array(STAT_WORDS);

  constructor(calls: SystemCalls) {
    this.#calls = calls;
    const first = calls.addressOf(new Uint8Array(this.#requests.buffer));
    this.#list = BigUint64Array.from({ length: CAPACITY }, (_, k) => BigInt(first + 4 * k * REQUEST_WORDS));
  }

  /**
   * Gathers records in index order. Returns the places whose records could not be had at once, wholly or in part: they are not in memory,
   * lie beyond the end of the file or cannot be read. Undefined where this file cannot be read so.
   *
   * @param file its descriptor
   */
  gather(file: number, records: RecordGather): readonly number[] | undefined {
    const { indices, into } = records;
    const start = this.#calls.addressOf(into);
    let missing: number[] | undefined;
    for (let first = 0; first < indices.length; ) {
      let count = 0;
      for (; count < CAPACITY && first < indices.length; count++) {
        this.#firsts[count] = first;
        first = runEnd(indices, first);
        this.#ends[count] = first;
        this.#writeRequest(count, { file, start, records });
      }
      const taken = this.#submit(count);
      if (taken === 0 || this.#isUnsupported(taken)) return undefined;
      for (let read = 0; read < count; read++) {
        const failed = read < taken ? this.#failedRead(read, records.length) : read;
        if (failed < 0) continue;
        missing ??= [];
        for (let place = this.#firsts[failed] as number; place < (this.#ends[failed] as number); place++) missing.push(place);
      }
    }
    if (this.#calls.addressOf(into) !== start) throw new Error('expected a buffer that stays where it is');
    return missing ?? NONE;
  }

  /** True where the file was not changed after `time`; false also where that cannot be told. */
  isUnchanged(file: number, time: ChangeTime): boolean {
    const stat = this.#stat;
    if (this.#calls.stat(file, stat) !== 0) return false;
    const seconds = (stat[CHANGE_WORD] as number) + (stat[CHANGE_WORD + 1] as number) * WORD;
    return seconds === time.seconds && stat[CHANGE_WORD + 2] === time.nanoseconds;
  }

  #writeRequest(k: number, { file, start, records }: { file: number; start: number; records: RecordGather }): void {
    const { indices, position, length } = records;
    const first = this.#firsts[k] as number;
    const words = this.#requests;
    const at = k * REQUEST_WORDS;
    const target = start + first * length;
    const source = position + (indices[first] as number) * length;
    words[at] = k;
    words[at + 3] = WITHOUT_WAITING;
    words[at + 4] = READ;
    words[at + 5] = file;
    words[at + 6] = target % WORD;
    words[at + 7] = target / WORD;
    words[at + 8] = ((this.#ends[k] as number) - first) * length;
    words[at + 10] = source % WORD;
    words[at + 11] = source / WORD;
  }

  /** Returns how many requests were answered, from the first on. */
  #submit(count: number): number {
    const taken = Math.max(0, this.#calls.submit(count, this.#list));
    // The kernel may still be writing into the buffer until every answer is there.
    for (let answered = 0; answered < taken; ) {
      const answers = answered === 0 ? this.#answers : this.#answers.subarray(answered * ANSWER_WORDS);
      answered += Math.max(0, this.#calls.collect(taken - answered, answers));
    }
    return taken;
  }

  #isUnsupported(taken: number): boolean {
    for (let answer = 0; answer < taken; answer++) {
      if (UNSUPPORTED.includes(this.#answers[answer * ANSWER_WORDS + 4] as number)) return true;
    }
    return false;
  }

  /** The read that an answer is for, if it did not give all bytes; -1 if it did. */
  #failedRead(answer: number, length: number): number {
    const read = this.#answers[answer * ANSWER_WORDS] as number;
    const bytes = this.#answers[answer * ANSWER_WORDS + 4] as number;
    return bytes === ((this.#ends[read] as number) - (this.#firsts[read] as number)) * length ? -1 : read;
  }
}

let loaded: BatchedReads | 'none' | undefined;

/** The batched reads of this thread, undefined where there are none. The first call loads what they need, which takes some 20 ms. */
export function batchedReads(): BatchedReads | undefined {
  if (loaded === undefined) {
    const calls = loadSystemCalls(CAPACITY);
    loaded = calls === undefined ? 'none' : new BatchedReads(calls);
  }
  return loaded === 'none' ? undefined : loaded;
}
