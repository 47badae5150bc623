import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tinySolve } from '../support.js';

/** Ends of the threads that were started since the test began. */
let ends: Promise<unknown>[] = [];
const started = (worker: Worker): void => {
  ends.push(once(worker, 'exit'));
};
beforeEach(() => {
  ends = [];
  process.on('worker', started);
});
afterEach(() => {
  process.off('worker', started);
});

const config = { engine: 'lsqml', epochs: 2 } as const;

it.each(['finished', 'aborted'])('The second thread of LSQ-ML ends with a run that is %s', async (how) => {
  const stop = new AbortController();
  const run = await tinySolve({
    ...{ config, threads: 2, signal: stop.signal },
    onEvent: ({ type }) => (type === 'epoch' && how === 'aborted' ? stop.abort() : undefined),
  });
  expect(run.outcome.epochsCompleted).toBe(how === 'aborted' ? 1 : 2);
  expect(ends.length).toBe(1);
  expect(await Promise.all(ends)).toEqual([[0]]);
});

it('LSQ-ML on one thread starts no other', async () => {
  await tinySolve({ config, threads: 1 });
  expect(ends).toEqual([]);
});
