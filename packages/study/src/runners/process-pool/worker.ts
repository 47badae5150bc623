// A process of the pool: does one job after another until the pool lets go of it.
import { isPtychoError } from '@ptychokit/config';
import { phaseOf } from '../phases.js';
import { thinEvents } from '../thin-events.js';
import type { FromWorker, ToWorker } from './messages.js';

const EVENT_INTERVAL_MS = 200;

const send = (message: FromWorker): void => {
  // Where the pool is gone nobody listens; 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => undefined);
};

let abort = new AbortController();

async function run({ phase: reference, job }: Extract<ToWorker, { type: 'run' }>): Promise<void> {
  const { signal } = abort;
  const onEvent = thinEvents((event) => send({ type: 'event', event }), { interval_ms: EVENT_INTERVAL_MS });
  try {
    const phase = await phaseOf(reference);
    send({ type: 'done', outcome: await phase.run(job, { signal, onEvent }) });
  } catch (error) {
    if (isPtychoError(error, 'INTERRUPTED')) send({ type: 'interrupted' });
    else send({ type: 'broken', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'abort') abort.abort();
  else {
    abort = new AbortController();
    void run(message);
  }
});
// Ctrl-C in a terminal reaches every process of the group: the pool decides what happens.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
