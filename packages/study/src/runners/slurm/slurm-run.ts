import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from '../../compose.js';
import { InterruptedError, UsageError } from '../../errors.js';
import type { RunEvent } from '../../run-event.js';
import { endOfJob } from '../end-of-job.js';
import type { JobOutcome, JobPhase, StudyJob } from '../job-phase.js';
import { batchScript } from './batch-script.js';
import { arrayStates, cancelArrays, findArray, submitScript } from './slurm-commands.js';
import type { SlurmOptions } from './slurm-options.js';
import { jobDigest, readSubmission, type SubmittedArray, type TaskFile, writeSubmission } from './submission.js';
import { type TaskState, type TaskStates, taskFate } from './task-states.js';

/** A job that has no outcome yet. */
interface OpenJob<J> {
  readonly job: J;
  readonly index: number;
  /** Where it is in the queue. */
  place: { readonly array: string; readonly task: number } | undefined;
  attempts: number;
  /** Looks at the queue since its task ended without a record, which a slow disk may still bring. */
  missing: number;
  shown: string;
}

const DEFAULTS = { pollSeconds: 2, attempts: 3 };
const PATIENCE = 3;
const LOG_TAIL = 400;

/** One run of the Slurm runner: submit, watch, collect. */
export class SlurmRun<J extends StudyJob, R extends JobOutcome> {
  readonly #phase: JobPhase<J, R>;
  readonly #options: SlurmOptions;
  readonly #run: RunOptions;
  readonly #open: Set<OpenJob<J>>;
  readonly #outcomes: R[] = [];
  readonly #arrays: SubmittedArray[] = [];

  constructor(phase: JobPhase<J, R>, jobs: readonly J[], { options, run }: { readonly options: SlurmOptions; readonly run: RunOptions }) {
    this.#phase = phase;
    this.#options = options;
    this.#run = run;
    this.#open = new Set(jobs.map((job, index) => ({ job, index, place: undefined, attempts: 0, missing: 0, shown: '' })));
  }

  async finish(): Promise<readonly R[]> {
    await mkdir(this.#options.directory, { recursive: true });
    await this.#adopt();
    try {
      while (this.#open.size > 0) {
        if (this.#run.signal?.aborted === true) throw await this.#cancel();
        await this.#submit([...this.#open].filter(({ place }) => place === undefined));
        await this.#look();
        if (this.#open.size > 0) await sleep(1e3 * (this.#options.pollSeconds ?? DEFAULTS.pollSeconds), undefined, this.#abortable());
      }
    } catch (error) {
      if (this.#run.signal?.aborted === true) throw await this.#cancel();
      throw error;
    }
    await writeSubmission(this.#options.directory, { arrays: [] });
    return this.#outcomes;
  }

  /** Finds the jobs that an earlier process submitted and that are still in the queue. */
  async #adopt(): Promise<void> {
    for (const recorded of (await readSubmission(this.#options.directory)).arrays) {
      const id = recorded.id ?? (await findArray(recorded.name));
      if (id === undefined) continue;
      const states = await arrayStates(id);
      const array = { ...recorded, id };
      const isAlive = [...states.values()].some((state) => taskFate(state) === 'alive');
      for (const [task, { artifact_dir, job_sha256 }] of array.tasks.entries()) {
        const known = [...this.#open].find(({ job }) => job.artifactDir === artifact_dir);
        if (known === undefined || taskFate(states.get(task)) !== 'alive') continue;
        if (jobDigest(known.job) !== job_sha256) throw otherSettings(array.id, this.#phase.label(known.job));
        known.place = { array: id, task };
        known.attempts = 1;
      }
      if (isAlive) this.#arrays.push(array);
    }
    if (this.#arrays.length > 0)
      this.#report({ type: 'note', text: `going on with Slurm array ${this.#arrays.map(({ id }) => id).join(', ')}` });
  }

  async #submit(jobs: readonly OpenJob<J>[]): Promise<void> {
    if (jobs.length === 0) return;
    const { directory } = this.#options;
    const name = `ptychokit-${this.#phase.name}-${randomBytes(4).toString('hex')}`;
    const taskFile = join(directory, `${name}.json`);
    const script = join(directory, `${name}.sh`);
    for (const { job } of jobs) await this.#phase.forget(job);
    await writeFile(taskFile, JSON.stringify({ phase: this.#phase.name, jobs: jobs.map(({ job }) => job) } satisfies TaskFile));
    await writeFile(script, batchScript({ name, taskFile, tasks: jobs.length, options: this.#options }));
    const tasks = jobs.map(({ job }) => ({ artifact_dir: job.artifactDir, job_sha256: jobDigest(job) }));
    const array: SubmittedArray = { name, id: null, submitted_at: new Date().toISOString(), tasks };
    await writeSubmission(directory, { arrays: [...this.#arrays, array] });
    const id = await submitScript(script);
    this.#arrays.push({ ...array, id });
    await writeSubmission(directory, { arrays: this.#arrays });
    for (const [task, open] of jobs.entries()) {
      Object.assign(open, { place: { array: id, task }, attempts: open.attempts + 1, missing: 0 });
    }
    this.#report({ type: 'note', text: `submitted Slurm array ${id} with ${jobs.length} tasks` });
  }

  /** One look at the records and at the queue. */
  async #look(): Promise<void> {
    const states = new Map<string, TaskStates>();
    const ids = new Set([...this.#open].map(({ place }) => place?.array as string));
    try {
      for (const id of ids) states.set(id, await arrayStates(id));
    } catch (error) {
      // A controller that is restarted answers again.
      this.#report({ type: 'note', text: (error as Error).message.split('\n')[0] as string });
      return;
    }
    for (const open of [...this.#open]) await this.#settle(open, states.get(open.place?.array as string)?.get(open.place?.task as number));
  }

  async #settle(open: OpenJob<J>, task: TaskState | undefined): Promise<void> {
    const outcome = await this.#phase.read(open.job);
    if (outcome !== null) return this.#close(open, outcome);
    const fate = taskFate(task);
    if (fate === 'alive') return this.#show(open, task as TaskState);
    if (++open.missing < PATIENCE) return;
    const said = task === undefined ? 'is no longer known to Slurm' : `ended in state ${task.state}`;
    const attempts = this.#options.attempts ?? DEFAULTS.attempts;
    if (fate === 'lost' && open.attempts < attempts) {
      this.#report({ type: 'note', text: `${this.#phase.label(open.job)}: the task ${said}; it is submitted again` });
      open.place = undefined;
      return;
    }
    const tries = fate === 'lost' ? ` in each of ${open.attempts} attempts` : '';
    const reason = `the Slurm task ${open.place?.array}_${open.place?.task} ${said}${tries} and left no record${await this.#lastWords(open)}`;
    this.#close(open, await this.#phase.fail(open.job, reason));
  }

  #close(open: OpenJob<J>, outcome: R): void {
    this.#outcomes[open.index] = outcome;
    this.#open.delete(open);
    this.#report(endOfJob(this.#phase.label(open.job), outcome));
  }

  #show({ job, shown, ...rest }: OpenJob<J>, task: TaskState): void {
    const isRunning = task.state !== 'PENDING';
    const detail = isRunning ? `on ${task.node ?? 'a node'}` : (task.reason ?? 'in the queue');
    const text = `${task.state} ${isRunning ? detail : ''}`;
    const open = [...this.#open].find(({ index }) => index === rest.index);
    if (open === undefined || shown === text) return;
    open.shown = text;
    this.#report({ type: 'job', label: this.#phase.label(job), state: isRunning ? 'running' : 'waiting', detail });
  }

  /** What the task printed last. */
  async #lastWords({ place }: OpenJob<J>): Promise<string> {
    const name = this.#arrays.find(({ id }) => id === place?.array)?.name;
    const text = await readFile(join(this.#options.directory, `${name}-${place?.task}.log`), 'utf8').catch(() => '');
    return text.trim() === '' ? '' : `; it said: ${text.trim().slice(-LOG_TAIL)}`;
  }

  async #cancel(): Promise<InterruptedError> {
    const ids = this.#arrays.flatMap(({ id }) => id ?? []);
    await cancelArrays(ids);
    await writeSubmission(this.#options.directory, { arrays: [] }).catch(() => undefined);
    return new InterruptedError(`The Slurm array ${ids.join(', ')} was cancelled`, {
      fix: 'repeat the command; what was finished is used again',
    });
  }

  #abortable(): { readonly signal?: AbortSignal } {
    return this.#run.signal === undefined ? {} : { signal: this.#run.signal };
  }

  #report(event: RunEvent): void {
    this.#run.onEvent?.(event);
  }
}

const otherSettings = (id: string, label: string): UsageError =>
  new UsageError(`Slurm array ${id} is still at work on ${label} with other settings`, {
    fix: `wait until it has ended, or cancel it: scancel ${id}`,
  });
