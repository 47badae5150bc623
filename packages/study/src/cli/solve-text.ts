import type { SolveEvent } from '@ptychokit/iterative';
import type { CliIo } from './cli-io.js';
import type { Paint } from './colour.js';
import { durationText } from './duration-text.js';
import { progressBar } from './progress-bar.js';
import type { TrainingLine } from './training-text.js';

/** Epochs that are told about on a line of their own. */
const EVERY = 10;

/** Turns the events of an iterative reconstruction into lines; undefined for events that say nothing new. */
export function solveText(io: CliIo, paint: Paint): (event: SolveEvent) => TrainingLine | undefined {
  const run = { epochs: 0, startedAt: 0, doneAtStart: 0 };
  const left = (done: number): string => {
    const worked = done - run.doneAtStart;
    const seconds = ((io.now() - run.startedAt) / 1000) * ((run.epochs - done) / worked);
    return worked > 0 && done < run.epochs ? `${durationText(seconds)} left` : '';
  };
  return (event) => {
    switch (event.type) {
      case 'start':
        Object.assign(run, { epochs: event.epochs, startedAt: io.now(), doneAtStart: event.resumedFromEpoch ?? 0 });
        return { text: startText(event), moving: false };
      case 'note':
        return { text: `${paint('yellow', 'note:')} ${event.text}`, moving: false };
      case 'batch': {
        const done = event.epoch - 1 + event.batch / event.batchesPerEpoch;
        const bar = progressBar(done / run.epochs, io.columns());
        return { text: join([`epoch ${event.epoch}/${run.epochs} ${bar} loss ${number(event.loss)}`, left(done)]), moving: true };
      }
      case 'epoch': {
        const told = event.epoch % EVERY === 0 || event.epoch === 1 || event.epoch === run.epochs;
        const heldOut = event.heldOutError === null ? '' : `held out ${number(event.heldOutError)}`;
        const moved = event.positionMovePx === null ? '' : `positions ${number(event.positionMovePx)} px`;
        const facts = [`loss ${number(event.loss)}`, `error ${number(event.relativeError)}`, heldOut, moved, left(event.epoch)];
        return { text: join([`epoch ${event.epoch}/${run.epochs}`, ...facts]), moving: !told };
      }
      case 'end':
        return event.reason === 'early-stop' ? { text: 'stopped early: held-out frames no longer gain', moving: false } : undefined;
      case 'checkpoint':
        return undefined;
    }
  };
}

function startText(event: Extract<SolveEvent, { type: 'start' }>): string {
  const resumed = event.resumedFromEpoch === null ? '' : `, going on after epoch ${event.resumedFromEpoch}`;
  const heldOut = event.heldOutFrames === 0 ? '' : ` (${event.heldOutFrames} kept out)`;
  const modes = event.modes === 1 ? '' : `, ${event.modes} modes`;
  const [height, width] = event.objectShape;
  return `${event.engine}: ${event.frames} frames${heldOut}, object ${height} x ${width}${modes}, ${event.noiseModel} noise, ${event.epochs} epochs${resumed}`;
}

const join = (facts: readonly string[]): string => facts.filter((fact) => fact !== '').join('  ');

/** Four significant digits. */
const number = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value));
