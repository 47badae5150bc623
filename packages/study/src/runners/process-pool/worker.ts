// A process of the pool: does one job after another until the pool lets go of it.
import { isPtychoError } from '@ptychokit/config';
import type { RunEvent } from '../../run-event.js';
import { phaseOf } from '../phases.js';
import type { FromWorker, ToWorker } from './messages.js';

const EVENT_INTERVAL_MS = 200;

const send = (message: FromWorker): void => {
  // Where the pool is gone nobody listens; 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => undefined);
};

let abort = new AbortController();

async function run({ phase: name, job }: Extract<ToWorker, { type: 'run' }>): Promise<void> {
  const phase = phaseOf(name);
  try {
    send({ type: 'done', outcome: await phase.run(job, { signal: abort.signal, onEvent: throttled() }) });
  } catch (error) {
    if (isPtychoError(error, 'INTERRUPTED')) send({ type: 'interrupted' });
    else send({ type: 'broken', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** Steps come many times a second; nobody reads them that fast. */
function throttled(): (event: RunEvent) => void {
  let last_ms = 0;
  return (event) => {
    const isStep = (event.type === 'train' && event.event.type === 'step') || event.type === 'count';
    const now_ms = performance.now();
    if (isStep && now_ms - last_ms < EVENT_INTERVAL_MS) return;
    last_ms = now_ms;
    send({ type: 'event', event });
  };
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
