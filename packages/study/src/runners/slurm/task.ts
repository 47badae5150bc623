// One task of an array: does the job with its index, whose outcome stands in the job's own record.
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isPtychoError } from '@ptychokit/config';
import type { RunEvent } from '../../run-event.js';
import { phaseOf } from '../phases.js';
import { thinEvents } from '../thin-events.js';
import type { TaskFile } from './submission.js';

const INTERRUPTED = 130;
const EVENT_INTERVAL_MS = 1_000;

const [file, index] = process.argv.slice(2);
if (file === undefined || index === undefined) throw new TypeError('expected the task file and the index of the task');

const { phase: reference, jobs } = JSON.parse(await readFile(file, 'utf8')) as TaskFile;
const job = jobs[Number(index)];
if (job === undefined) throw new RangeError(`expected a task below ${jobs.length}, got ${index}`);

const events = file.replace(/\.json$/, `-${index}.events`);
/** Progress is for whoever watches; a disk that does not take it stops no job. */
const write = (event: RunEvent): void => {
  try {
    appendFileSync(events, `${JSON.stringify(event)}\n`);
  } catch {
    // The result says what matters.
  }
};

const phase = await phaseOf(reference);
const abort = new AbortController();
// Slurm sends SIGTERM before a time limit, a preemption or a cancellation ends the task: time for a checkpoint.
process.on('SIGTERM', () => abort.abort());
const threads = Number(process.env.SLURM_CPUS_PER_TASK ?? 1);
try {
  const onEvent = thinEvents(write, { interval_ms: EVENT_INTERVAL_MS });
  const { status } = await phase.run(phase.withThreads(job, threads), { signal: abort.signal, onEvent });
  process.exitCode = status === 'failed' ? 1 : 0;
} catch (error) {
  if (!isPtychoError(error, 'INTERRUPTED')) throw error;
  process.exitCode = INTERRUPTED;
}
