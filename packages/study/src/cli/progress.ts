import type { TrainEvent } from '@ptychokit/trainer';
import type { RunEvent } from '../run-event.js';
import type { CliIo } from './cli-io.js';
import { type Paint, painter } from './colour.js';
import { durationText } from './duration-text.js';

/** Shows how a run goes, on standard error. */
export interface Progress {
  readonly report: (event: RunEvent) => void;
  /** A line of its own, above whatever is being redrawn. */
  readonly note: (text: string) => void;
  /** Leaves the terminal in order; called once, also after an error. */
  readonly end: () => void;
}

/** Plain lines come at most this often within one part of the work. */
const LINE_INTERVAL_MS = 10_000;
const REDRAW_INTERVAL_MS = 100;

/** A line that is redrawn on a terminal, plain lines elsewhere, nothing when quiet. */
export function createProgress(io: CliIo, { quiet }: { readonly quiet: boolean }): Progress {
  if (quiet) return { report: () => undefined, note: () => undefined, end: () => undefined };
  const screen = io.errIsTerminal ? terminalScreen(io) : pipeScreen(io);
  const state: TrainState = { epochs: 0, epoch: 0, loss: Number.NaN, valLoss: null, startedAt: 0, doneAtStart: 0 };
  const paint = painter(io);
  return {
    report: (event) => {
      if (event.type === 'train') return reportTraining(event.event, { io, screen, state, paint });
      if (event.type === 'count') return screen.update(countText(event, io.columns()), event.done >= event.total);
      if (event.type === 'note') return screen.line(`${paint('yellow', 'note:')} ${event.text}`);
      screen.line(event.detail === undefined ? event.stage : `${event.stage}: ${event.detail}`);
    },
    note: (text) => screen.line(text.trimEnd()),
    end: () => screen.end(),
  };
}

interface Screen {
  /** Replaces the moving line (terminal), or prints one now and then (pipe); `last` is never dropped. */
  readonly update: (text: string, last?: boolean) => void;
  readonly line: (text: string) => void;
  readonly end: () => void;
}

function terminalScreen(io: CliIo): Screen {
  const clear = '\r\u001b[2K';
  let moving = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const wipe = (): void => {
    if (moving) io.err(clear);
    moving = false;
  };
  return {
    update: (text, last = false) => {
      if (!last && io.now() - drawnAt < REDRAW_INTERVAL_MS) return;
      drawnAt = io.now();
      moving = true;
      io.err(clear + text.slice(0, io.columns() - 1));
    },
    line: (text) => {
      wipe();
      io.err(`${text}\n`);
    },
    end: wipe,
  };
}

function pipeScreen(io: CliIo): Screen {
  let printedAt = io.now();
  const line = (text: string): void => {
    printedAt = io.now();
    io.err(`${text}\n`);
  };
  return {
    update: (text) => {
      if (io.now() - printedAt >= LINE_INTERVAL_MS) line(text);
    },
    line,
    end: () => undefined,
  };
}

interface TrainState {
  epochs: number;
  epoch: number;
  loss: number;
  valLoss: number | null;
  startedAt: number;
  /** Epochs that an earlier run had finished. */
  doneAtStart: number;
}

interface TrainView {
  readonly io: CliIo;
  readonly screen: Screen;
  readonly state: TrainState;
  readonly paint: Paint;
}

function reportTraining(event: TrainEvent, { io, screen, state, paint }: TrainView): void {
  switch (event.type) {
    case 'start': {
      Object.assign(state, { epochs: event.epochs, startedAt: io.now(), doneAtStart: event.resumedFromEpoch ?? 0 });
      const resumed = event.resumedFromEpoch === null ? '' : `, going on after epoch ${event.resumedFromEpoch}`;
      const held = event.validationGroups > 0 ? ` + ${event.validationGroups} for validation` : '';
      return screen.line(`training: ${event.groups} groups${held}, ${event.parameters} parameters, ${event.epochs} epochs${resumed}`);
    }
    case 'step': {
      state.loss = event.loss;
      const done = event.epoch - 1 + event.step / event.stepsPerEpoch;
      const left = secondsLeft(done, state, io.now());
      const facts = [`loss ${number(event.loss)}`, `${event.patternsPerSecond.toFixed(0)} patterns/s`, left];
      if (state.valLoss !== null) facts.splice(1, 0, `val ${number(state.valLoss)}`);
      return screen.update(`epoch ${event.epoch}/${state.epochs} ${bar(done / state.epochs, io.columns())} ${facts.join('  ')}`);
    }
    case 'epoch': {
      Object.assign(state, { valLoss: event.valLoss, epoch: event.epoch });
      const val = event.valLoss === null ? '' : `  val ${number(event.valLoss)}`;
      const rate = `${event.patternsPerSecond.toFixed(0)} patterns/s`;
      const best = event.best ? paint('green', '  best') : '';
      const left = event.epoch < state.epochs ? `  ${secondsLeft(event.epoch, state, io.now())}` : '';
      return screen.line(`epoch ${event.epoch}/${state.epochs}  loss ${number(event.trainLoss)}${val}  ${rate}  ${durationText(event.seconds)}${left}${best}`);
    }
    case 'end':
      if (event.reason === 'early-stop') screen.line('stopped early: no improvement any more');
      return;
    case 'checkpoint':
      return;
  }
}

function secondsLeft(done: number, state: TrainState, now: number): string {
  const worked = done - state.doneAtStart;
  const seconds = ((now - state.startedAt) / 1000) * ((state.epochs - done) / worked);
  return worked > 0 ? `${durationText(seconds)} left` : '';
}

function countText({ label, done, total }: { label: string; done: number; total: number }, columns: number): string {
  return `${label} ${bar(total === 0 ? 1 : done / total, columns)} ${done}/${total}`;
}

function bar(fraction: number, columns: number): string {
  const width = Math.min(24, Math.max(8, columns - 70));
  const full = Math.round(width * Math.min(1, Math.max(0, fraction)));
  return `[${'='.repeat(full)}${' '.repeat(width - full)}]`;
}

/** Five significant digits; an exponent only where a plain number would be unreadable. */
function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value);
}
