import { Worker } from 'node:worker_threads';

/** Words between the threads: number of the last job; the same, negative once one of them took it; number of the last one that the helper did. */
const [GIVEN, TAKEN, DONE] = [0, 1, 2];
/** Bytes of these words. */
export const POST_BYTES = 12;
/** Number of a job after which the helper ends, and what it leaves as the number of the last one when it breaks down. */
const END = -1;
/** Looks at the work of the helper before this thread sleeps until it is done. */
const LOOKS = 2000;

/** Without imports and in one piece, so that it runs wherever this file ends up. */
const PROGRAM = `
const { workerData: { module, memory, job, post } } = require('node:worker_threads');
const words = new Int32Array(memory.buffer, post, 3);
try {
  const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  for (let last = 0; ; ) {
    const given = Atomics.load(words, ${GIVEN});
    if (given === ${END}) break;
    if (given === last) {
      Atomics.wait(words, ${GIVEN}, last);
      continue;
    }
    last = given;
    if (Atomics.compareExchange(words, ${TAKEN}, given, -given) !== given) continue;
    run(job);
    Atomics.store(words, ${DONE}, given);
    Atomics.notify(words, ${DONE});
  }
} catch (error) {
  Atomics.store(words, ${DONE}, ${END});
  Atomics.notify(words, ${DONE});
  throw error;
}
`;

/** Where the helper finds its work. */
export interface WaveHelperData {
  readonly module: object;
  readonly memory: { readonly buffer: SharedArrayBuffer };
  /** Address of its job. */
  readonly job: number;
  /** Address of the words between the threads. */
  readonly post: number;
}

/** A thread that shares the memory of the loops. */
export interface WaveHelper {
  /** Does `own` on this thread and the job of the helper at the same time; where that one does not come in time, `others` is called to do it here. */
  share(own: () => void, others: () => void): void;
  /** Number of the last job that the helper did; 0 before its first. */
  lastDone(): number;
  /** Ends the thread. */
  close(): void;
}

/** Starts the thread. It sleeps between jobs and holds no process open. */
export function startWaveHelper(data: WaveHelperData): WaveHelper {
  const worker = new Worker(PROGRAM, { eval: true, workerData: data, execArgv: [], name: 'waves' });
  // Where it cannot start, everything is done on this thread.
  worker.on('error', () => undefined);
  worker.unref();
  const words = new Int32Array(data.memory.buffer, data.post, 3);
  const give = (number: number): void => {
    Atomics.store(words, TAKEN, number);
    Atomics.store(words, GIVEN, number);
    Atomics.notify(words, GIVEN);
  };
  let number = 0;
  return {
    share: (own, others) => {
      give(++number);
      own();
      if (Atomics.compareExchange(words, TAKEN, number, -number) === number) others();
      else waitFor(words, number);
    },
    lastDone: () => Atomics.load(words, DONE),
    close: () => give(END),
  };
}

function waitFor(words: Int32Array<SharedArrayBuffer>, number: number): void {
  for (let looks = 0; ; looks++) {
    const done = Atomics.load(words, DONE);
    if (done === number) return;
    if (done === END) throw new Error('The second thread of the loops broke down');
    if (looks > LOOKS) Atomics.wait(words, DONE, done);
  }
}
