/** Larger reads go to the thread pool in any case: the calling thread has better things to do than to copy for milliseconds. */
export const LARGEST_WAIT_BYTES = 1 << 22;
/** What copying from memory takes at most: this much, and a time for each byte. */
const SLOW_MS = 0.3;
const SLOW_MS_PER_BYTE = 1e-6;
/** One slow read may be a busy machine that let others run in between; the disk makes the next one slow as well. */
const SLOW_READS = 2;
const LONGEST_PAUSE = 256;

/**
 * Decides whether the calling thread reads by itself, from how long its last reads took.
 *
 * After slow reads some gathers go to the thread pool, twice as many every time, before the calling thread tries again: data that does
 * not fit into memory costs it next to nothing, data that does is read at the speed of memory.
 */
export class ReadPace {
  #pause = 1;
  #left = 0;
  /** Slow reads since the last gather that had none. */
  #slow = 0;
  #slowInGather = false;

  /** True where the next gather, of so many bytes, may be read by the calling thread. */
  mayWait(bytes: number): boolean {
    if (bytes > LARGEST_WAIT_BYTES) return false;
    if (this.#left === 0) return true;
    this.#left--;
    return false;
  }

  /** Takes note of a read; true where the rest of the gather belongs to the thread pool, because reads wait for the disk. */
  mustLeave(ms: number, bytes: number): boolean {
    if (ms <= SLOW_MS + bytes * SLOW_MS_PER_BYTE) return false;
    this.#slow++;
    this.#slowInGather = true;
    if (this.#slow < SLOW_READS) return false;
    this.#left = this.#pause;
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    this.#slow = 0;
    this.#slowInGather = false;
    return true;
  }

  /** Takes note of a gather that the calling thread finished. */
  endGather(): void {
    if (!this.#slowInGather) {
      this.#pause = 1;
      this.#slow = 0;
    }
    this.#slowInGather = false;
  }
}
