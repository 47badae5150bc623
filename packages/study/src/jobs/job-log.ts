import { appendFile } from 'node:fs/promises';
import type { Clock } from '@ptychokit/config';
import type { RunEvent } from '../run-event.js';

/** The log of a job, for people: `train.log`. */
export interface JobLog {
  line(text: string): Promise<void>;
  /** What is worth keeping of an event. */
  event(event: RunEvent): void;
  /** Waits until everything is written. */
  flush(): Promise<void>;
}

/** Appends to a log. A log that cannot be written never stops a job: the result says what matters. */
export function openJobLog(path: string, clock: Clock): JobLog {
  let writing: Promise<void> = Promise.resolve();
  const line = (text: string): Promise<void> => {
    const stamped = `${clock.now().toISOString()} ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;
    writing = writing.then(() => appendFile(path, stamped)).catch(() => undefined);
    return writing;
  };
  const event = (reported: RunEvent): void => {
    const text = eventText(reported);
    if (text !== undefined) void line(text);
  };
  return { line, event, flush: () => writing };
}

function eventText(event: RunEvent): string | undefined {
  if (event.type === 'note') return `note: ${event.text}`;
  if (event.type === 'stage') return event.detail === undefined ? event.stage : `${event.stage}: ${event.detail}`;
  if (event.type !== 'train') return undefined;
  const { event: training } = event;
  if (training.type === 'start') {
    const resumed = training.resumedFromEpoch === null ? '' : `, going on after epoch ${training.resumedFromEpoch}`;
    return `training: ${training.groups} groups, ${training.parameters} parameters, ${training.epochs} epochs${resumed}`;
  }
  if (training.type === 'epoch') {
    const val = training.valLoss === null ? '' : ` val_loss ${training.valLoss}`;
    return `epoch ${training.epoch}: train_loss ${training.trainLoss}${val} (${training.seconds.toFixed(1)} s)`;
  }
  return undefined;
}
