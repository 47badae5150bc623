/** A sequence of reads. */
export interface ReadAheadTasks<T> {
  /** How many there are. */
  readonly count: number;
  /**
   * Starts read `index`. `slot` numbers the buffers it may use, 0 … depth: the result of another read is in use or on its way in every
   * other slot.
   */
  readonly read: (index: number, slot: number) => Promise<T>;
}

/** How far to read ahead. */
export interface ReadAheadOptions {
  /** Reads on their way or waiting while the caller works on a result; default 2. */
  readonly depth?: number | undefined;
  /** Ends the sequence with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const DEFAULT_DEPTH = 2;

/**
 * Results of reads in their order, while the next ones are being read; at most `depth` of them, so that a slow caller holds the reads
 * back. A result is valid until the next one is asked for.
 *
 * However it ends (all read, an error, the caller leaves the loop, an abort), no read is on its way any more: buffers can be reused and
 * files closed. An error is thrown where its result would have come, after the results before it.
 *
 * @throws RangeError a depth that is no positive integer
 * @throws whatever `read` throws, and the reason of an abort
 */
export async function* readAhead<T>(tasks: ReadAheadTasks<T>, options: ReadAheadOptions = {}): AsyncGenerator<T, void, undefined> {
  const { depth = DEFAULT_DEPTH, signal } = options;
  if (!Number.isInteger(depth) || depth < 1) throw new RangeError(`expected a depth of 1 or more reads, got ${depth}`);
  const pending: Promise<T>[] = [];
  let started = 0;
  const start = (): void => {
    const reading = tasks.read(started, started % (depth + 1));
    reading.catch(() => undefined); // the error waits for its turn
    pending.push(reading);
    started++;
  };
  try {
    for (let index = 0; index < tasks.count; index++) {
      signal?.throwIfAborted();
      while (started < Math.min(tasks.count, index + depth)) start();
      const result = await orAbort(pending[0] as Promise<T>, signal);
      pending.shift();
      if (started < tasks.count) start();
      yield result;
    }
  } finally {
    await Promise.allSettled(pending);
  }
}

/** Waits, but not beyond an abort. */
async function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
