import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.js';
import { type JobRunner, RUNNER_NAMES, type RunnerName } from '../runners/job-runner.js';
import type { SlurmOptions } from '../runners/slurm/slurm-options.js';
import { asCount } from './number-arguments.js';

/** Flags that say where jobs run. */
export interface RunnerFlags {
  readonly runner?: RunnerName;
  readonly jobs?: number;
  readonly memoryPerJob?: number;
  readonly partition?: string;
  readonly time?: string;
  readonly mem?: string;
  readonly cpus?: number;
  readonly account?: string;
  readonly sbatchLine?: readonly string[];
  readonly printScript?: boolean;
}

const GROUP = 'Runner:';
const SLURM_GROUP = 'With --runner slurm:';
const SLURM_FLAGS = ['partition', 'time', 'mem', 'cpus', 'account', 'sbatchLine', 'printScript'] as const;

/** Declares the flags that say where jobs run; `printScript` for commands that submit one array only. */
export function addRunnerOptions(command: Command, { printScript = false } = {}): Command {
  const option = (flags: string, text: string, group = SLURM_GROUP): Option => new Option(flags, text).helpGroup(group);
  const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  command
    .addOption(option('--runner <name>', 'in-process, process-pool (default for several jobs) or slurm', GROUP).choices([...RUNNER_NAMES]))
    .addOption(option('--jobs <integer>', 'most jobs at once (default: one per core; with slurm no limit)', GROUP).argParser(asCount))
    .addOption(
      option('--memory-per-job <MB>', 'memory one job may use in a process pool (default: an equal share)', GROUP).argParser(asCount),
    )
    .addOption(option('--partition <name>', 'partition to submit to'))
    .addOption(option('--time <limit>', 'time limit of a job, as sbatch takes it'))
    .addOption(option('--mem <size>', 'memory of a job, as sbatch takes it'))
    .addOption(option('--cpus <integer>', 'cores of a job, which are the threads of its engine (default 1)').argParser(asCount))
    .addOption(option('--account <name>', 'account to charge'))
    .addOption(
      option('--sbatch-line <option>', 'a further option of sbatch, such as --sbatch-line=--nice=100; may be repeated').argParser(several),
    );
  if (printScript) command.addOption(option('--print-script', 'prints the script that would be submitted, and does nothing else'));
  return command;
}

/** What is asked of Slurm. */
function slurmOptionsFrom(flags: RunnerFlags, artifactRoot: string): SlurmOptions {
  const { partition, jobs, time, mem, cpus, account, sbatchLine } = flags;
  return { directory: join(artifactRoot, '.slurm'), partition, concurrent: jobs, time, memory: mem, cpus, account, lines: sbatchLine };
}

/** The script that would be submitted for the jobs of a phase. */
export async function scriptText(
  phase: string,
  flags: RunnerFlags,
  matrix: { readonly root: string; readonly tasks: number },
): Promise<string> {
  const { batchScript } = await import('../runners/slurm/batch-script.js');
  const options = slurmOptionsFrom(flags, matrix.root);
  const name = `ptychokit-${phase}`;
  return batchScript({ name, taskFile: join(options.directory, `${name}.json`), tasks: matrix.tasks, options });
}

/**
 * The runner that the flags ask for; undefined for the one that fits.
 *
 * @throws UsageError flags of Slurm without it
 */
export async function runnerFrom(flags: RunnerFlags, artifactRoot: string): Promise<JobRunner> {
  const { runner, jobs, memoryPerJob } = flags;
  const stray = SLURM_FLAGS.filter((name) => flags[name] !== undefined);
  if (runner !== 'slurm' && stray.length > 0) {
    const names = stray.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).join(', ');
    throw new UsageError(`${names} only make sense with --runner slurm`, { fix: 'add --runner slurm, or leave them out' });
  }
  const pool = { workers: jobs, ...(memoryPerJob === undefined ? {} : { memoryPerJob_bytes: memoryPerJob * 2 ** 20 }) };
  switch (runner) {
    case 'slurm':
      return (await import('../runners/slurm/slurm-runner.js')).slurmRunner(slurmOptionsFrom(flags, artifactRoot));
    case 'in-process':
      return (await import('../runners/in-process.js')).inProcessRunner();
    case 'process-pool':
      return (await import('../runners/process-pool/process-pool.js')).processPoolRunner(pool);
    default:
      return (await import('../runners/automatic.js')).automaticRunner(pool);
  }
}
