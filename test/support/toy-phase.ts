import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PtychoError } from '@ptychokit/config';
// Types alone: a process for a toy job does not wait for the engine's modules.
import type { JobOutcome, JobPhase, StudyJob } from '@ptychokit/study';

/** What a toy job does: works; fails; kills its own process; never ends; takes more and more memory. */
export type Deed = 'work' | 'fail' | 'crash' | 'wait' | 'grow';

/** A job without any physics, for the tests of runners. */
export interface ToyJob extends StudyJob {
  readonly name: string;
  readonly does: Deed;
  readonly cost: number;
  /** Threads that must not be changed; 0 leaves it to the runner. */
  readonly threads: number;
}

export interface ToyOutcome extends JobOutcome {
  readonly name: string;
  readonly threads: number;
  readonly pid: number;
}

class Interrupted extends PtychoError {
  readonly code = 'INTERRUPTED';
}

const MEGABYTE = 2 ** 20;
const record = (job: StudyJob): string => join(job.artifactDir, 'record.json');
const failed = (job: ToyJob, error: string): ToyOutcome => ({ status: 'failed', error, name: job.name, threads: 0, pid: 0 });

/** Process that works on a job or did; 0 when it has not begun. */
export const pidOf = (job: ToyJob): number =>
  Number(existsSync(join(job.artifactDir, 'pid')) && readFileSync(join(job.artifactDir, 'pid'), 'utf8'));

const DEEDS: Readonly<Record<Deed, (signal: AbortSignal | undefined) => Promise<string | null>>> = {
  work: async () => null,
  fail: async () => 'as it was told to',
  crash: async () => {
    process.kill(process.pid, 'SIGKILL');
    await sleep(10_000);
    return 'alive after all';
  },
  wait: async (signal) => {
    while (signal?.aborted !== true) await sleep(20);
    throw new Interrupted('told to stop');
  },
  grow: async () => {
    const kept: Buffer[] = [];
    while (kept.length < 60) {
      kept.push(Buffer.alloc(20 * MEGABYTE, 1));
      await sleep(50);
    }
    return `had ${kept.length} blocks`;
  },
};

/** Found by name and module in other processes. */
export const phase: JobPhase<ToyJob, ToyOutcome> = {
  name: 'toy',
  module: import.meta.url,
  label: ({ name }) => name,
  cost: ({ cost }) => cost,
  withThreads: (job, threads) => (job.threads > 0 ? job : { ...job, threads }),
  run: async (job, { signal, onEvent = () => undefined }) => {
    await mkdir(job.artifactDir, { recursive: true });
    writeFileSync(join(job.artifactDir, 'pid'), `${process.pid}`);
    onEvent({ type: 'note', text: `${job.name} begins` });
    for (let done = 1; done <= 100; done++) onEvent({ type: 'count', label: job.name, done, total: 100 });
    const error = await DEEDS[job.does](signal);
    onEvent({ type: 'stage', stage: 'ends', detail: job.name });
    const outcome = {
      status: error === null ? 'completed' : 'failed',
      error,
      name: job.name,
      threads: job.threads,
      pid: process.pid,
    } as const;
    writeFileSync(record(job), JSON.stringify(outcome));
    return outcome;
  },
  recall: async (job) => {
    const outcome = readRecord(job);
    return outcome?.status === 'completed' ? outcome : null;
  },
  read: async (job) => readRecord(job),
  forget: async (job) => rmSync(record(job), { force: true }),
  fail: async (job, reason) => failed(job, reason),
};

const readRecord = (job: ToyJob): ToyOutcome | null =>
  existsSync(record(job)) ? (JSON.parse(readFileSync(record(job), 'utf8')) as ToyOutcome) : null;
