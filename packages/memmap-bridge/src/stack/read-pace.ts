/** Larger reads go to the thread pool in any case: the calling thread has better things to do than to copy for milliseconds. */
const LARGEST_WAIT_BYTES = 1 << 22;
/** What copying from memory takes at most, on a busy machine: this much, and a time for each byte. */
const SLOW_MS = 0.3;
const SLOW_MS_PER_BYTE = 1e-6;
const LONGEST_PAUSE = 256;

/**
 * Decides whether the calling thread reads by itself, from how long its last reads took.
 *
 * After a slow read some gathers go to the thread pool, twice as many every time, before the calling thread tries again: data that does
 * not fit into memory costs it next to nothing, data that does is read at the speed of memory.
 */
export class ReadPace {
  #pause = 1;
  #left = 0;

  /** True where the next gather, of so many bytes, may be read by the calling thread. */
  mayWait(bytes: number): boolean {
    if (bytes > LARGEST_WAIT_BYTES) return false;
    if (this.#left === 0) return true;
    this.#left--;
    return false;
  }

  /** Takes note of a read; true where it waited for the disk. */
  wasSlow(ms: number, bytes: number): boolean {
    if (ms <= SLOW_MS + bytes * SLOW_MS_PER_BYTE) return false;
    this.#left = this.#pause;
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    return true;
  }

  /** Takes note of a gather without a slow read. */
  wasFast(): void {
    this.#pause = 1;
  }
}
