import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { JobPhase, StudyJob } from '../job-phase.js';
import { referenceTo } from '../phases.js';
import { batchScript } from './batch-script.js';
import { type ChosenTasks, cancelTasks, findArray, submitScript } from './slurm-commands.js';
import type { SlurmOptions } from './slurm-options.js';
import { jobDigest, readSubmission, type SubmittedArray, type TaskFile, writeSubmission } from './submission.js';
import { scriptFile, taskEvents, taskFile, taskLog } from './task-files.js';

const LOG_TAIL = 400;

/** A task of an array. */
export interface Place {
  readonly array: string;
  readonly task: number;
}

/** The arrays of a run. What is submitted is written down first, so that another process finds it. */
export class SubmittedArrays {
  readonly #options: SlurmOptions;
  readonly #jobs: ReadonlySet<string>;
  #arrays: SubmittedArray[] = [];

  /** @param jobs the jobs of the run; tasks of other jobs are left alone */
  constructor(options: SlurmOptions, jobs: readonly StudyJob[]) {
    this.#options = options;
    this.#jobs = new Set(jobs.map(({ artifactDir }) => artifactDir));
  }

  /** What an earlier process wrote down and the queue still knows. @throws SlurmError */
  async recover(): Promise<readonly (SubmittedArray & { readonly id: string })[]> {
    const found = [];
    for (const array of (await readSubmission(this.#options.directory)).arrays) {
      const id = array.id ?? (await findArray(array.name));
      if (id !== undefined) found.push({ ...array, id });
    }
    return found;
  }

  /** Goes on with an array that was recovered. */
  adopt(array: SubmittedArray): void {
    this.#arrays.push(array);
  }

  /** Submits jobs as one array; returns its number. @throws SlurmError */
  async submit(phase: Pick<JobPhase<never, never>, 'name' | 'module'>, jobs: readonly StudyJob[]): Promise<string> {
    const { directory } = this.#options;
    const name = `ptychokit-${phase.name}-${randomBytes(4).toString('hex')}`;
    const [tasks, script] = [taskFile(directory, name), scriptFile(directory, name)];
    await writeFile(tasks, JSON.stringify({ phase: referenceTo(phase), jobs } satisfies TaskFile));
    await writeFile(script, batchScript({ name, taskFile: tasks, tasks: jobs.length, options: this.#options }));
    const identities = jobs.map((job) => ({ artifact_dir: job.artifactDir, job_sha256: jobDigest(job) }));
    const array: SubmittedArray = { name, id: null, submitted_at: new Date().toISOString(), tasks: identities };
    await this.#note([...this.#arrays, array]);
    const id = await this.#number(array, script);
    await this.#note([...this.#arrays.filter((other) => other !== array), { ...array, id }]);
    return id;
  }

  /** What a task printed last. */
  async lastWords(place: Place): Promise<string> {
    const text = await readFile(taskLog(this.#options.directory, this.#fileOf(place)), 'utf8').catch(() => '');
    return text.trim() === '' ? '' : `; it said: ${text.trim().slice(-LOG_TAIL)}`;
  }

  /** File in which a task reports. */
  eventsOf(place: Place): string {
    return taskEvents(this.#options.directory, this.#fileOf(place));
  }

  #fileOf({ array, task }: Place): { readonly name: string; readonly task: number } {
    return { name: this.#arrays.find(({ id }) => id === array)?.name ?? '', task };
  }

  /** Tasks of an array. */
  sizeOf(id: string): number {
    return this.#arrays.find((array) => array.id === id)?.tasks.length ?? 0;
  }

  /** Cancels every task of the run's jobs; returns the numbers of the arrays. @throws SlurmError and the record stays as it is */
  async cancel(): Promise<readonly string[]> {
    await cancelTasks(this.#arrays.map((array) => this.#own(array)));
    const ids = this.#arrays.flatMap(({ id }) => id ?? []);
    await this.#forget();
    return ids;
  }

  /** Everything has its outcome: tasks that a failed node had brought back into the queue go, and so do the files for the tasks. */
  async close(): Promise<void> {
    await cancelTasks(
      this.#arrays.map((array) => this.#own(array)),
      { pendingOnly: true },
    ).catch(() => undefined);
    const { directory } = this.#options;
    for (const { name, tasks } of this.#arrays.filter((array) => !this.#hasForeign(array))) {
      for (const path of [taskFile(directory, name), scriptFile(directory, name)]) await rm(path, { force: true });
      for (const task of tasks.keys()) {
        await rm(taskEvents(directory, { name, task }), { force: true });
        const log = taskLog(directory, { name, task });
        if ((await stat(log).catch(() => undefined))?.size === 0) await rm(log, { force: true });
      }
    }
    await this.#forget();
  }

  /** The number that Slurm gives; where the answer was lost, the one that the queue knows. */
  async #number(array: SubmittedArray, script: string): Promise<string> {
    try {
      return await submitScript(script);
    } catch (error) {
      const id = await findArray(array.name).catch(() => null);
      if (id === undefined) await this.#note(this.#arrays.filter((other) => other !== array));
      if (id === undefined || id === null) throw error;
      return id;
    }
  }

  /** Arrays with tasks of other jobs may still be at work for another run. */
  #forget(): Promise<void> {
    return this.#note(this.#arrays.filter((array) => this.#hasForeign(array)));
  }

  #own(array: SubmittedArray): ChosenTasks {
    return { array, tasks: [...array.tasks.keys()].filter((task) => this.#jobs.has(array.tasks[task]?.artifact_dir ?? '')) };
  }

  #hasForeign(array: SubmittedArray): boolean {
    return array.tasks.some(({ artifact_dir }) => !this.#jobs.has(artifact_dir));
  }

  async #note(arrays: readonly SubmittedArray[]): Promise<void> {
    this.#arrays = [...arrays];
    await writeSubmission(this.#options.directory, { arrays });
  }
}
