import { Worker } from 'node:worker_threads';

/** Without imports and in one piece, so that it runs wherever this file ends up. A thread that breaks down says so instead of keeping others waiting. */
const PROGRAM = `
const { workerData: { module, memory, job, post } } = require('node:worker_threads');
try {
  new WebAssembly.Instance(module, { env: { memory } }).exports.serve(job, post);
} catch (error) {
  const words = new Int32Array(memory.buffer, post, 3);
  Atomics.store(words, 2, -1);
  Atomics.notify(words, 2);
  throw error;
}
`;

/** Where the thread finds its work. */
export interface WaveHelperData {
  readonly module: object;
  readonly memory: { readonly buffer: SharedArrayBuffer };
  /** Addresses of the job and of the words that say that there is one, see `assembly/jobs.ts`. */
  readonly job: number;
  readonly post: number;
}

/**
 * Starts the second thread of the loops and returns what ends it. It sleeps between jobs, holds no process open, and until it has started, or when it
 * does not come in time, its work is done by the caller.
 */
export function startWaveHelper(data: WaveHelperData): () => void {
  const worker = new Worker(PROGRAM, { eval: true, workerData: data, execArgv: [], name: 'waves' });
  // Without it everything goes on, on one thread.
  worker.on('error', () => undefined);
  worker.unref();
  const words = new Int32Array(data.memory.buffer, data.post, 3);
  return () => {
    Atomics.store(words, 0, -1);
    Atomics.notify(words, 0);
  };
}
