import { join } from 'node:path';
import { ownProgram } from '../own-program.js';
import type { SlurmOptions } from './slurm-options.js';

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
    `--job-name=${name}`,
    `--array=0-${tasks - 1}${limit}`,
    '--ntasks=1',
    `--cpus-per-task=${options.cpus ?? 1}`,
    given('--partition', options.partition),
    given('--time', options.time),
    given('--mem', options.memory),
    given('--account', options.account),
    `--chdir=${process.cwd()}`,
    `--output=${join(options.directory, `${name}-%a.log`)}`,
    '--open-mode=append',
    '--requeue',
    ...(options.lines ?? []),
  ];
  const directives = lines.filter((line) => line !== undefined).map((line) => `#SBATCH ${line}`);
  return `#!/bin/bash\n${directives.join('\n')}\n\nexec ${command} "$SLURM_ARRAY_TASK_ID"\n`;
}

const given = (flag: string, value: string | undefined): string | undefined => (value === undefined ? undefined : `${flag}=${value}`);

/** A word of the shell, whatever is in it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
