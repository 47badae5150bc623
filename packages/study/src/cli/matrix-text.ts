import type { JobState, RunEvent } from '../run-event.js';
import type { CliIo } from './cli-io.js';
import type { Paint } from './colour.js';
import { durationText } from './duration-text.js';
import { progressBar } from './progress-bar.js';

type JobEvent = Extract<RunEvent, { type: 'job' | 'job-event' }>;

/** What an event of one of many jobs changes on the screen. */
export interface MatrixLines {
  /** A line that stays. */
  readonly line?: string;
  /** The line that is redrawn: all jobs at a glance. */
  readonly moving?: string;
}

/** Turns the events of many jobs into lines. */
export interface MatrixText {
  /** False while there is one job at most, whose own events say more. */
  readonly isMany: boolean;
  readonly describe: (event: JobEvent) => MatrixLines;
}

interface JobProgress {
  state: JobState;
  epochs: number;
  /** 0 to 1. */
  fraction: number;
  text: string;
}

const ENDED: readonly JobState[] = ['completed', 'failed', 'kept'];

/** Remembers where every job stands. */
export function matrixText(io: CliIo, paint: Paint): MatrixText {
  const jobs = new Map<string, JobProgress>();
  const startedAt = io.now();
  const glance = (): string => {
    const all = [...jobs.values()];
    const ended = all.filter(({ state }) => ENDED.includes(state)).length;
    const done = all.reduce((sum, { fraction }) => sum + fraction, 0) / all.length;
    const kept = all.filter(({ state }) => state === 'kept').length / all.length;
    const elapsed = (io.now() - startedAt) / 1e3;
    const left = done > kept && done < 1 ? `  ${durationText((elapsed * (1 - done)) / (done - kept))} left` : '';
    const running = [...jobs].filter(([, { state }]) => state === 'running').map(([label, { text }]) => `${label}${text}`);
    return `${ended}/${all.length} jobs ${progressBar(done, io.columns())}${left}  ${running.join(' | ')}`;
  };
  const describe = (event: JobEvent): MatrixLines => {
    const job = jobs.get(event.label) ?? { state: 'waiting' as const, epochs: 0, fraction: 0, text: '' };
    jobs.set(event.label, job);
    if (event.type === 'job') {
      job.state = event.state;
      if (ENDED.includes(event.state)) job.fraction = 1;
      return event.state === 'waiting' ? {} : { line: stateLine(event, paint), moving: glance() };
    }
    const inner = event.event;
    if (inner.type === 'note') return { line: `${event.label}: ${inner.text}` };
    if (inner.type === 'train') followTraining(job, inner.event);
    else if (inner.type === 'solve') followSolving(job, inner.event);
    else return {};
    return { moving: glance() };
  };
  return {
    get isMany() {
      return jobs.size > 1;
    },
    describe,
  };
}

function followTraining(job: JobProgress, event: Extract<RunEvent, { type: 'train' }>['event']): void {
  if (event.type === 'start') job.epochs = event.epochs;
  if (event.type !== 'step' && event.type !== 'epoch') return;
  const done = event.type === 'epoch' ? event.epoch : event.epoch - 1 + event.step / event.stepsPerEpoch;
  job.fraction = Math.min(0.99, done / job.epochs);
  job.text = ` ${event.epoch}/${job.epochs}`;
}

function followSolving(job: JobProgress, event: Extract<RunEvent, { type: 'solve' }>['event']): void {
  if (event.type === 'start') job.epochs = event.epochs;
  if (event.type !== 'epoch') return;
  job.fraction = Math.min(0.99, event.epoch / job.epochs);
  job.text = ` ${event.epoch}/${job.epochs}`;
}

function stateLine(event: Extract<RunEvent, { type: 'job' }>, paint: Paint): string {
  const detail = event.detail === undefined ? '' : ` ${event.detail.split('\n')[0]}`;
  if (event.state === 'failed') return `${paint('red', 'failed')}     ${event.label}:${detail}`;
  if (event.state === 'kept') return `${paint('dim', 'kept')}       ${event.label}: finished before`;
  const word = event.state === 'completed' ? paint('green', 'completed') : event.state.padEnd(9);
  return `${word}  ${event.label}${detail}`;
}
