import type { RunOptions } from '../../compose.js';
import { InterruptedError } from '../../errors.js';
import { endOfJob } from '../end-of-job.js';
import type { JobOutcome, JobPhase, StudyJob } from '../job-phase.js';
import type { JobRunner } from '../job-runner.js';
import { referenceTo } from '../phases.js';
import { assertNoSubstitutes } from '../substitutes.js';
import { type PoolSize, poolSize } from './pool-size.js';
import { WorkerProcess } from './worker-process.js';

/** How large a pool may be. */
export interface ProcessPoolOptions {
  /** Most processes at once; default: as many as there are cores. */
  readonly workers?: number | undefined;
  /** Memory one job may use, bytes; a job that uses more is ended and failed. Default: an equal share of what is available. */
  readonly memoryPerJob_bytes?: number | undefined;
}

/** A process that has grown beyond this share of what a job may use is replaced before its next job. */
const WORN_OUT = 0.6;

/**
 * Jobs side by side in processes of their own, the longest first, the cores divided among them. A process that crashes is a failed job,
 * and another takes its place.
 */
export function processPoolRunner(options: ProcessPoolOptions = {}): JobRunner {
  return {
    name: 'process-pool',
    run: async (phase, jobs, run = {}) => {
      assertNoSubstitutes(run, 'process-pool');
      return new Pool(phase, jobs, { run, size: poolSize({ ...options, jobs: jobs.length }) }).run();
    },
  };
}

/** One run of a pool. */
class Pool<J extends StudyJob, R extends JobOutcome> {
  readonly #phase: JobPhase<J, R>;
  readonly #jobs: readonly J[];
  readonly #size: PoolSize;
  readonly #run: RunOptions;
  readonly #queue: number[];
  readonly #outcomes: R[] = [];

  constructor(phase: JobPhase<J, R>, jobs: readonly J[], { run, size }: { readonly run: RunOptions; readonly size: PoolSize }) {
    this.#phase = phase;
    this.#jobs = jobs;
    this.#size = size;
    this.#run = run;
    const costs = jobs.map(phase.cost);
    this.#queue = jobs.map((_, i) => i).sort((a, b) => (costs[b] as number) - (costs[a] as number));
  }

  async run(): Promise<readonly R[]> {
    await Promise.all(Array.from({ length: Math.min(this.#size.workers, this.#jobs.length) }, () => this.#work()));
    if (this.#run.signal?.aborted === true && this.#outcomes.filter(Boolean).length < this.#jobs.length) {
      throw new InterruptedError('The jobs were interrupted; each keeps what it had finished', {
        fix: 'repeat the command; what was finished is used again',
      });
    }
    return this.#outcomes;
  }

  /** One place in the pool: takes jobs until there are none. */
  async #work(): Promise<void> {
    let worker: WorkerProcess | undefined;
    try {
      for (;;) {
        const index = this.#run.signal?.aborted === true ? undefined : this.#queue.shift();
        if (index === undefined) return;
        if (worker === undefined || this.#isWornOut(worker)) {
          worker?.release();
          worker = new WorkerProcess();
        }
        await this.#do(index, worker);
      }
    } finally {
      worker?.release();
    }
  }

  #isWornOut(worker: WorkerProcess): boolean {
    return !worker.isUsable || worker.memory_bytes > WORN_OUT * this.#size.memoryPerJob_bytes;
  }

  async #do(index: number, worker: WorkerProcess): Promise<void> {
    const job = this.#jobs[index] as J;
    const label = this.#phase.label(job);
    this.#report({ type: 'job', label, state: 'running' });
    const end = await worker.run({
      phase: referenceTo(this.#phase),
      job: this.#phase.withThreads(job, this.#size.threads),
      onEvent: (event) => this.#report({ type: 'job-event', label, event }),
      signal: this.#run.signal,
      memoryLimit_bytes: this.#size.memoryPerJob_bytes,
    });
    // A second Ctrl-C, or the terminal itself, may have ended the process: that is no fault of the job.
    if (end.type === 'interrupted' || (end.type === 'lost' && this.#run.signal?.aborted === true)) return;
    const outcome = end.type === 'done' ? (end.outcome as R) : await this.#phase.fail(job, end.reason);
    this.#outcomes[index] = outcome;
    this.#report(endOfJob(label, outcome));
  }

  #report(event: Parameters<NonNullable<RunOptions['onEvent']>>[0]): void {
    this.#run.onEvent?.(event);
  }
}
