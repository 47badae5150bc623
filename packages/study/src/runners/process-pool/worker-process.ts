import { type ChildProcess, fork } from 'node:child_process';
import type { RunEvent } from '../../run-event.js';
import type { JobOutcome, StudyJob } from '../job-phase.js';
import { ownProgram } from '../own-program.js';
import type { PhaseReference } from '../phases.js';
import { residentBytes } from './memory.js';
import type { FromWorker, ToWorker } from './messages.js';

/** How one job in another process ended. */
export type WorkerEnd =
  | { readonly type: 'done'; readonly outcome: JobOutcome }
  | { readonly type: 'interrupted' }
  /** The process is gone, or of no more use; `reason` is for people. */
  | { readonly type: 'lost'; readonly reason: string };

/** What a job in another process is given. */
export interface WorkerTask {
  readonly phase: PhaseReference;
  readonly job: StudyJob;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal?: AbortSignal | undefined;
  /** Above this much resident memory the process is ended. */
  readonly memoryLimit_bytes: number;
}

const MEMORY_POLL_MS = 500;
const STDERR_KEPT = 2_000;

/** A process that does one job after another. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  #stderr = '';
  #over: string | undefined;
  /** Why the process is of no more use. */
  #lost: string | undefined;
  #onMessage: (message: FromWorker) => void = () => undefined;
  #onLost: (reason: string) => void = () => undefined;

  constructor() {
    const { script, nodeOptions } = ownProgram('runners/process-pool/worker');
    this.#child = fork(script, { execArgv: [...nodeOptions], stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    this.#child.on('message', (message: FromWorker) => this.#onMessage(message));
    this.#child.on('error', (error) => this.#lose(`the worker process cannot be used: ${error.message}`));
    this.#child.on('close', (code, signal) => this.#lose(this.#deathReason(code, signal)));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** False when another process has to take the place of this one. */
  get isUsable(): boolean {
    return this.#lost === undefined;
  }

  /** Resident memory, where the system tells. */
  get memory_bytes(): number {
    return this.#child.pid === undefined ? 0 : residentBytes(this.#child.pid);
  }

  run(task: WorkerTask): Promise<WorkerEnd> {
    return new Promise((resolve) => {
      const watch = setInterval(() => this.#watchMemory(task.memoryLimit_bytes), MEMORY_POLL_MS);
      const abort = (): void => this.#send({ type: 'abort' });
      const finish = (end: WorkerEnd): void => {
        clearInterval(watch);
        task.signal?.removeEventListener('abort', abort);
        this.#onMessage = () => undefined;
        this.#onLost = () => undefined;
        resolve(end);
      };
      this.#onMessage = (message) => {
        if (message.type === 'event') task.onEvent(message.event);
        else if (message.type === 'broken') this.#lose(message.reason);
        else finish(message);
      };
      this.#onLost = (reason) => finish({ type: 'lost', reason });
      if (this.#lost !== undefined) return this.#onLost(this.#lost);
      task.signal?.addEventListener('abort', abort);
      this.#send({ type: 'run', phase: task.phase, job: task.job });
      if (task.signal?.aborted === true) abort();
    });
  }

  /** Lets the process end by itself; it has nothing to do any more. */
  release(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #lose(reason: string): void {
    this.#lost ??= reason;
    this.#onLost(reason);
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #watchMemory(limit_bytes: number): void {
    const used = this.memory_bytes;
    if (used <= limit_bytes || this.#over !== undefined) return;
    this.#over = `the job used ${megabytes(used)} MB of memory, more than the ${megabytes(limit_bytes)} MB a job may use here`;
    this.#child.kill('SIGKILL');
  }

  #deathReason(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#over !== undefined) return this.#over;
    const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
    const last = this.#stderr.trim();
    return `the worker process ${how} in the middle of the job${last === '' ? '' : `; it said: ${last}`}`;
  }
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
