import { execFile } from 'node:child_process';
import { SlurmError } from './slurm-error.js';
import { parseTaskStates, type TaskStates } from './task-states.js';

const FORMAT = '%F|%K|%T|%N|%r';

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

/**
 * States of the tasks of an array: what the queue says, and for those it no longer knows what the accounting says, where there is one.
 *
 * @throws SlurmError the controller does not answer
 */
export async function arrayStates(id: string): Promise<TaskStates> {
  let queued = '';
  try {
    queued = await slurm('squeue', ['--noheader', '--array', '--states=all', `--jobs=${id}`, `--format=${FORMAT}`]);
  } catch (error) {
    if (!/Invalid job id/i.test((error as Error).message)) throw error;
  }
  const accounted = await slurm('sacct', ['--noheader', '--parsable2', '--allocations', `--jobs=${id}`, '--format=JobID,State']).catch(
    () => '',
  );
  return parseTaskStates({ id, queued, accounted });
}

/** Cancels arrays; what has ended already is no error. */
export async function cancelArrays(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await slurm('scancel', [...ids]).catch(() => undefined);
}

function slurm(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { timeout: 60_000, maxBuffer: 2 ** 26, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const what = isMissing
        ? `Slurm is not installed here: there is no '${command}'`
        : `${command} failed: ${stderr.trim() || error.message}`;
      const fix = isMissing
        ? 'run on a machine that submits to the cluster, or use another --runner'
        : 'see what the command says when run by hand';
      reject(new SlurmError(what, { command: [command, ...args].join(' '), fix, cause: error }));
    });
  });
}
