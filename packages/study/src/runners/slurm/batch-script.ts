import { ownProgram } from '../own-program.js';
import type { SlurmOptions } from './slurm-options.js';
import { taskLog } from './task-files.js';

/** One array to submit. */
export interface BatchScriptRequest {
  readonly name: string;
  /** File with the jobs, which a task finds by its index. */
  readonly taskFile: string;
  readonly tasks: number;
  readonly options: SlurmOptions;
}

/** The script that sbatch is given: an array with one task per job. */
export function batchScript({ name, taskFile, tasks, options }: BatchScriptRequest): string {
  const { script, nodeOptions } = ownProgram('runners/slurm/task');
  const command = [process.execPath, ...nodeOptions, script, taskFile].map(quoted).join(' ');
  const limit = options.concurrent === undefined ? '' : `%${options.concurrent}`;
  const lines: readonly (string | undefined)[] = [
    given('--job-name', name),
    `--array=0-${tasks - 1}${limit}`,
    '--ntasks=1',
    `--cpus-per-task=${options.cpus ?? 1}`,
    given('--partition', options.partition),
    given('--time', options.time),
    given('--mem', options.memory),
    given('--account', options.account),
    given('--chdir', process.cwd()),
    // sbatch puts the index of the task where %a stands, and % where %% stands.
    given('--output', taskLog(options.directory.replaceAll('%', '%%'), { name, task: '%a' })),
    '--open-mode=append',
    '--requeue',
    ...(options.lines ?? []),
  ];
  const directives = lines.filter((line) => line !== undefined).map((line) => `#SBATCH ${line}`);
  return `#!/bin/bash\n${directives.join('\n')}\n\nexec ${command} "$SLURM_ARRAY_TASK_ID"\n`;
}

const given = (flag: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `${flag}=${quoted(value)}`;

/** A word of the shell, and of a directive of sbatch, whatever is in it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
