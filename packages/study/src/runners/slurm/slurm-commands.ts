import { spawn } from 'node:child_process';
import { SlurmError } from './slurm-error.js';
import { parseTaskStates, type TaskStates } from './task-states.js';

const FORMAT = '%F|%K|%T|%N|%r';
const TIMEOUT_MS = 60_000;

/** Some tasks of an array; of one whose number was never noted, the name and therefore all of it. */
export interface ChosenTasks {
  readonly array: { readonly name: string; readonly id: string | null };
  readonly tasks: readonly number[];
}

/** Submits a batch script; returns the number of the array. @throws SlurmError */
export async function submitScript(path: string): Promise<string> {
  const output = await slurm('sbatch', ['--parsable', path]);
  const id = /^(\d+)/.exec(output.trim())?.[1];
  if (id === undefined) throw new SlurmError(`sbatch gave no job number but '${output.trim()}'`, { command: 'sbatch' });
  return id;
}

/** Number of the array with this name, if the queue knows one. @throws SlurmError */
export async function findArray(name: string): Promise<string | undefined> {
  const output = await slurm('squeue', ['--noheader', '--states=all', `--name=${name}`, '--format=%F']);
  return /^(\d+)/.exec(output.trim())?.[1];
}

/** Asks for the states of the tasks of an array. @throws SlurmError the controller does not answer */
export type ArrayStates = (id: string, tasks: number) => Promise<TaskStates>;

/**
 * States as the queue has them; what it no longer knows is asked of the accounting, which many clusters do not have: it is then asked once
 * and never again.
 */
export function arrayStatesReader(): ArrayStates {
  let hasAccounting = true;
  return async (id, tasks) => {
    const queued = await queuedStates(id);
    const states = parseTaskStates({ id, queued, accounted: '' });
    if (states.size >= tasks || !hasAccounting) return states;
    const args = ['--noheader', '--parsable2', '--allocations', `--jobs=${id}`, '--format=JobID,State'];
    const accounted = await slurm('sacct', args).catch(() => undefined);
    hasAccounting = accounted !== undefined;
    return parseTaskStates({ id, queued, accounted: accounted ?? '' });
  };
}

async function queuedStates(id: string): Promise<string> {
  try {
    return await slurm('squeue', ['--noheader', '--array', '--states=all', `--jobs=${id}`, `--format=${FORMAT}`]);
  } catch (error) {
    // Ended so long ago that the controller has forgotten it.
    if (/Invalid job id/i.test((error as Error).message)) return '';
    throw error;
  }
}

/**
 * Cancels tasks; those that have ended already are no error.
 *
 * @param options `pendingOnly` leaves alone what has begun
 * @throws SlurmError the controller does not answer
 */
export async function cancelTasks(chosen: readonly ChosenTasks[], { pendingOnly = false } = {}): Promise<void> {
  const state = pendingOnly ? ['--state=PENDING'] : [];
  for (const { array, tasks } of chosen) {
    if (tasks.length === 0) continue;
    const which = array.id === null ? [`--name=${array.name}`] : [`${array.id}_[${tasks.join(',')}]`];
    await slurm('scancel', [...state, ...which]).catch((error: Error) => {
      if (!/Invalid job id|already completing or completed/i.test(error.message)) throw error;
    });
  }
}

/** Runs a command of Slurm in a session of its own: Ctrl-C in a terminal must not end it between asking and answer. */
function slurm(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, timeout: TIMEOUT_MS, env });
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said.err += chunk.toString();
    });
    const fail = (what: string, fix: string, cause?: Error): void =>
      reject(new SlurmError(what, { command: [command, ...args].join(' '), fix, ...(cause && { cause }) }));
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return fail(`${command} cannot be run: ${error.message}`, 'see whether it runs by hand', error);
      fail(`Slurm is not installed here: there is no '${command}'`, 'run where jobs are submitted, or use another --runner', error);
    });
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(said.out);
      const reason = said.err.trim() || (signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`);
      fail(`${command} failed: ${reason}`, 'see what the command says when run by hand');
    });
  });
}
