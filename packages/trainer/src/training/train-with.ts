import type { TrainRequest } from './prepare.js';
import { type TrainOutcome, train } from './train.js';
import type { TrainEvent } from './train-event.js';

type EventOf<T extends TrainEvent['type']> = Extract<TrainEvent, { readonly type: T }>;
type Callback<T extends TrainEvent['type']> = (event: EventOf<T>) => void | Promise<void>;

/** What is called while a run goes on; training waits for what a callback returns, and ends with what one throws. */
export interface TrainCallbacks {
  readonly onStart?: Callback<'start'>;
  readonly onStep?: Callback<'step'>;
  readonly onEpoch?: Callback<'epoch'>;
  readonly onCheckpoint?: Callback<'checkpoint'>;
  readonly onEnd?: Callback<'end'>;
}

/**
 * {@link train} with callbacks instead of a loop over its events.
 *
 * @throws what {@link train} throws, and what a callback throws
 * @example
 * ```ts
 * const { model } = await trainWith(request, { onEpoch: ({ epoch, trainLoss }) => console.log(epoch, trainLoss) });
 * ```
 */
export async function trainWith(request: TrainRequest, callbacks: TrainCallbacks = {}): Promise<TrainOutcome> {
  const run = train(request);
  try {
    for (;;) {
      const next = await run.next();
      if (next.done === true) return next.value;
      await tell(next.value, callbacks);
    }
  } finally {
    await run.return(undefined as never);
  }
}

async function tell(event: TrainEvent, { onStart, onStep, onEpoch, onCheckpoint, onEnd }: TrainCallbacks): Promise<void> {
  switch (event.type) {
    case 'start':
      return onStart?.(event);
    case 'step':
      return onStep?.(event);
    case 'epoch':
      return onEpoch?.(event);
    case 'checkpoint':
      return onCheckpoint?.(event);
    case 'end':
      return onEnd?.(event);
  }
}
