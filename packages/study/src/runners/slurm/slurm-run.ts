import { mkdir, readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from '../../compose.js';
import { InterruptedError, UsageError } from '../../errors.js';
import type { RunEvent } from '../../run-event.js';
import { endOfJob } from '../end-of-job.js';
import type { JobOutcome, JobPhase, StudyJob } from '../job-phase.js';
import { arrayStatesReader, cancelTasks } from './slurm-commands.js';
import { SlurmError } from './slurm-error.js';
import type { SlurmOptions } from './slurm-options.js';
import { jobDigest, type SubmittedArray } from './submission.js';
import { type Place, SubmittedArrays } from './submitted-arrays.js';
import { TaskEvents } from './task-events.js';
import { isStuck, type TaskState, type TaskStates, taskFate } from './task-states.js';

/** A job that has no outcome yet. */
interface OpenJob<J> {
  readonly job: J;
  readonly index: number;
  /** Where it is in the queue. */
  place: Place | undefined;
  events: TaskEvents | undefined;
  attempts: number;
  /** Looks at the queue since its task ended without a record, which a slow disk may still bring. */
  missing: number;
  shown: string;
}

const DEFAULTS = { pollSeconds: 2, attempts: 3 };
const PATIENCE = 3;
/** Longest wait for cancelled tasks to be gone. */
const CANCEL_WAIT_MS = 15_000;

/** One run of the Slurm runner: submit, watch, collect. */
export class SlurmRun<J extends StudyJob, R extends JobOutcome> {
  readonly #phase: JobPhase<J, R>;
  readonly #options: SlurmOptions;
  readonly #run: RunOptions;
  readonly #open: Set<OpenJob<J>>;
  readonly #outcomes: R[] = [];
  readonly #arrays: SubmittedArrays;
  readonly #states = arrayStatesReader();
  #trouble = '';

  constructor(phase: JobPhase<J, R>, jobs: readonly J[], { options, run }: { readonly options: SlurmOptions; readonly run: RunOptions }) {
    this.#phase = phase;
    this.#options = options;
    this.#run = run;
    this.#arrays = new SubmittedArrays(options, jobs);
    const empty = { place: undefined, events: undefined, attempts: 0, missing: 0, shown: '' };
    this.#open = new Set(jobs.map((job, index) => ({ job, index, ...empty })));
  }

  async finish(): Promise<readonly R[]> {
    await mkdir(this.#options.directory, { recursive: true });
    await this.#adopt();
    // Before anything is in the queue an error is the caller's; afterwards a controller that is restarted answers again.
    await this.#submit();
    while (this.#open.size > 0) {
      if (this.#run.signal?.aborted === true) throw await this.#cancel();
      await this.#untroubled(async () => {
        await this.#submit();
        await this.#look();
      });
      if (this.#open.size > 0) await this.#pause();
    }
    await this.#arrays.close();
    return this.#outcomes;
  }

  /** Finds the jobs that an earlier process submitted and that are still in the queue. */
  async #adopt(): Promise<void> {
    const ids: string[] = [];
    for (const array of await this.#arrays.recover()) {
      const states = await this.#states(array.id, array.tasks.length);
      if (![...states.values()].some((state) => taskFate(state) === 'alive')) continue;
      this.#arrays.adopt(array);
      if (this.#placeTasks(array, states)) ids.push(array.id);
    }
    if (ids.length > 0) this.#note(`going on with Slurm array ${ids.join(', ')}`);
  }

  /** True where a job of this run is at work in the array. */
  #placeTasks({ id, tasks }: SubmittedArray & { readonly id: string }, states: TaskStates): boolean {
    let isOurs = false;
    for (const [task, { artifact_dir, job_sha256 }] of tasks.entries()) {
      const known = [...this.#open].find(({ job }) => job.artifactDir === artifact_dir);
      if (known === undefined || taskFate(states.get(task)) !== 'alive') continue;
      if (jobDigest(known.job) !== job_sha256) throw otherSettings(id, this.#phase.label(known.job));
      this.#place(known, { array: id, task });
      isOurs = true;
    }
    return isOurs;
  }

  async #submit(): Promise<void> {
    const jobs = [...this.#open].filter(({ place }) => place === undefined);
    if (jobs.length === 0) return;
    for (const { job } of jobs) await this.#phase.forget(job);
    const array = await this.#arrays.submit(
      this.#phase,
      jobs.map(({ job }) => job),
    );
    for (const [task, open] of jobs.entries()) this.#place(open, { array, task });
    this.#note(`submitted Slurm array ${array} with ${jobs.length} ${jobs.length === 1 ? 'task' : 'tasks'}`);
  }

  #place(open: OpenJob<J>, place: Place): void {
    const events = new TaskEvents(this.#arrays.eventsOf(place));
    Object.assign(open, { place, events, attempts: open.attempts + 1, missing: 0, shown: '' });
  }

  /** One look at the records and at the queue. */
  async #look(): Promise<void> {
    const states = new Map<string, TaskStates>();
    const ids = new Set([...this.#open].map(({ place }) => place?.array as string));
    for (const id of ids) states.set(id, await this.#states(id, this.#arrays.sizeOf(id)));
    for (const open of [...this.#open]) {
      const { array, task } = open.place as Place;
      await this.#settle(open, states.get(array)?.get(task));
    }
  }

  async #settle(open: OpenJob<J>, task: TaskState | undefined): Promise<void> {
    const label = this.#phase.label(open.job);
    const fate = taskFate(task);
    // The states are older than the record: a task that ended has written it by now. Listing a folder makes NFS look again.
    if (fate !== 'alive') await readdir(open.job.artifactDir).catch(() => undefined);
    const outcome = await this.#phase.read(open.job);
    if (outcome !== null || fate === 'alive') this.#show(open, task);
    for (const event of (await open.events?.read()) ?? []) this.#report({ type: 'job-event', label, event });
    if (outcome !== null) return this.#close(open, outcome);
    if (fate === 'alive') return;
    if (!isStuck(task) && ++open.missing < PATIENCE) return;
    await this.#giveUp(open, task);
  }

  /** A task that ended without a record: another attempt where the cluster is to blame, otherwise a failed job. */
  async #giveUp(open: OpenJob<J>, task: TaskState | undefined): Promise<void> {
    const place = open.place as Place;
    const isLost = taskFate(task) === 'lost';
    const said = task === undefined ? 'is no longer known to Slurm' : `ended in state ${task.state}`;
    if (isStuck(task)) await cancelTasks([{ array: { id: place.array, name: '' }, tasks: [place.task] }]);
    if (isLost && open.attempts < (this.#options.attempts ?? DEFAULTS.attempts)) {
      this.#note(`${this.#phase.label(open.job)}: the task ${said}; it is submitted again`);
      open.place = undefined;
      return;
    }
    const tries = isLost ? ` in each of ${open.attempts} attempts` : '';
    const reason = `the Slurm task ${place.array}_${place.task} ${said}${tries} and left no record${await this.#arrays.lastWords(place)}`;
    this.#close(open, await this.#phase.fail(open.job, reason));
  }

  #close(open: OpenJob<J>, outcome: R): void {
    this.#outcomes[open.index] = outcome;
    this.#open.delete(open);
    this.#report(endOfJob(this.#phase.label(open.job), outcome));
  }

  /** Reports where a job is, once; a job that was never seen running has run between two looks. */
  #show(open: OpenJob<J>, task: TaskState | undefined): void {
    const isRunning = task?.state !== 'PENDING';
    if (task === undefined && open.shown !== '') return;
    const detail = isRunning ? `on ${task?.node ?? 'a node'}` : (task?.reason ?? 'in the queue');
    const text = isRunning ? detail : 'waiting';
    if (open.shown === text) return;
    open.shown = text;
    this.#report({ type: 'job', label: this.#phase.label(open.job), state: isRunning ? 'running' : 'waiting', detail });
  }

  async #untroubled(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#trouble = '';
    } catch (error) {
      if (!(error instanceof SlurmError)) throw error;
      const text = error.message.split('\n')[0] as string;
      if (text !== this.#trouble) this.#note(`${text}; asking again`);
      this.#trouble = text;
    }
  }

  async #cancel(): Promise<InterruptedError> {
    const ids = await this.#arrays.cancel().catch((error: Error) => error);
    if (ids instanceof Error) {
      return new InterruptedError(`The Slurm jobs could not be cancelled and go on: ${ids.message}`, {
        fix: 'repeat the command to go on with them, or cancel them by hand with scancel',
        cause: ids,
      });
    }
    const until = performance.now() + CANCEL_WAIT_MS;
    while (performance.now() < until && (await this.#isAnyAlive(ids))) await sleep(300);
    return new InterruptedError(`The Slurm array ${ids.join(', ')} was cancelled`, {
      fix: 'repeat the command; what was finished is used again',
    });
  }

  async #isAnyAlive(ids: readonly string[]): Promise<boolean> {
    for (const id of ids) {
      const states = await this.#states(id, 0).catch((): TaskStates => new Map());
      if ([...states.values()].some((state) => taskFate(state) === 'alive')) return true;
    }
    return false;
  }

  async #pause(): Promise<void> {
    const { signal } = this.#run;
    await sleep(1e3 * (this.#options.pollSeconds ?? DEFAULTS.pollSeconds), undefined, signal && { signal }).catch(() => undefined);
  }

  #note(text: string): void {
    this.#report({ type: 'note', text });
  }

  #report(event: RunEvent): void {
    this.#run.onEvent?.(event);
  }
}

const otherSettings = (id: string, label: string): UsageError =>
  new UsageError(`Slurm array ${id} is still at work on ${label} with other settings`, {
    fix: `wait until it has ended, or cancel it: scancel ${id}`,
  });
