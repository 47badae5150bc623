import { loadSystemCalls, type SystemCalls } from './system-calls.js';

/** Bytes of a file and where they go. */
export interface ReadPiece {
  /** First byte of the buffer, and how many. */
  readonly offset: number;
  readonly length: number;
  /** First byte in the file. */
  readonly position: number;
}

/** Most pieces in one batch. */
const CAPACITY = 64;
/** 32-bit words of a request (struct iocb) and of an answer (struct io_event). */
const [REQUEST_WORDS, ANSWER_WORDS] = [16, 8];
const READ = 0; // IOCB_CMD_PREAD
/** The kernel answers "not now" for what is not in memory, and does not wait for the disk (RWF_NOWAIT). */
const WITHOUT_WAITING = 8;
/** EOPNOTSUPP, ENOSYS and EINVAL: the file system has no reads that do not wait. */
const UNSUPPORTED: ReadonlySet<number> = new Set([-95, -38, -22]);
const WORD = 2 ** 32;

/**
 * Reads many places of a file in one call of the system, whatever of them is in memory: entering the system once for each place takes
 * longer than copying the bytes of a frame. Nothing waits for the disk.
 */
export class BatchedReads {
  readonly #calls: SystemCalls;
  readonly #requests = new Uint32Array(CAPACITY * REQUEST_WORDS);
  readonly #list: BigUint64Array;
  readonly #answers = new Int32Array(CAPACITY * ANSWER_WORDS);
  readonly #pieces: ReadPiece[] = [];

  constructor(calls: SystemCalls) {
    this.#calls = calls;
    const first = calls.addressOf(new Uint8Array(this.#requests.buffer));
    this.#list = BigUint64Array.from({ length: CAPACITY }, (_, k) => BigInt(first + 4 * k * REQUEST_WORDS));
  }

  /** Adds a piece to the next batch; true while there is room for another one. */
  add(piece: ReadPiece): boolean {
    return this.#pieces.push(piece) < CAPACITY;
  }

  /**
   * Reads the pieces that were added into `into` and forgets them. Returns those that could not be had at once, wholly or in part: they
   * are not in memory, lie beyond the end of the file or cannot be read. Undefined where this file cannot be read so.
   */
  read(file: number, into: Uint8Array): readonly ReadPiece[] | undefined {
    const pieces = this.#pieces.splice(0);
    const start = this.#calls.addressOf(into);
    for (let k = 0; k < pieces.length; k++) this.#writeRequest(k, { file, start, piece: pieces[k] as ReadPiece });
    const taken = Math.max(0, this.#calls.submit(pieces.length, this.#list));
    // The kernel may still be writing into the buffer until every answer is there.
    for (let answered = 0; answered < taken; ) answered += Math.max(0, this.#calls.collect(taken - answered, this.#answersFrom(answered)));
    if (this.#calls.addressOf(into) !== start) throw new Error('expected a buffer that stays where it is');
    return taken === 0 ? undefined : this.#missing(pieces, taken);
  }

  #answersFrom(first: number): Int32Array {
    return first === 0 ? this.#answers : this.#answers.subarray(first * ANSWER_WORDS);
  }

  #writeRequest(k: number, { file, start, piece }: { file: number; start: number; piece: ReadPiece }): void {
    const words = this.#requests;
    const at = k * REQUEST_WORDS;
    const target = start + piece.offset;
    words[at] = k;
    words[at + 3] = WITHOUT_WAITING;
    words[at + 4] = READ;
    words[at + 5] = file;
    words[at + 6] = target % WORD;
    words[at + 7] = target / WORD;
    words[at + 8] = piece.length;
    words[at + 10] = piece.position % WORD;
    words[at + 11] = piece.position / WORD;
  }

  #missing(pieces: readonly ReadPiece[], taken: number): readonly ReadPiece[] | undefined {
    const missing = pieces.slice(taken);
    for (let answer = 0; answer < taken; answer++) {
      const piece = pieces[this.#answers[answer * ANSWER_WORDS] as number] as ReadPiece;
      const bytes = this.#answers[answer * ANSWER_WORDS + 4] as number;
      if (UNSUPPORTED.has(bytes)) return undefined;
      if (bytes !== piece.length) missing.push(piece);
    }
    return missing;
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
