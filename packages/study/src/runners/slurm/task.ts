// One task of an array: does the job with its index, whose outcome stands in the job's own record.
import { readFile } from 'node:fs/promises';
import { isPtychoError } from '@ptychokit/config';
import { phaseOf } from '../phases.js';
import type { TaskFile } from './submission.js';

const INTERRUPTED = 130;

const [file, index] = process.argv.slice(2);
if (file === undefined || index === undefined) throw new TypeError('expected the task file and the index of the task');

const { phase: name, jobs } = JSON.parse(await readFile(file, 'utf8')) as TaskFile;
const job = jobs[Number(index)];
if (job === undefined) throw new RangeError(`expected a task below ${jobs.length}, got ${index}`);

const phase = phaseOf(name);
const abort = new AbortController();
// Slurm sends SIGTERM before a time limit, a preemption or a cancellation ends the task: time for a checkpoint.
process.on('SIGTERM', () => abort.abort());
const threads = Number(process.env.SLURM_CPUS_PER_TASK ?? 1);
try {
  const { status } = await phase.run(phase.withThreads(job, threads), { signal: abort.signal });
  process.exitCode = status === 'failed' ? 1 : 0;
} catch (error) {
  if (!isPtychoError(error, 'INTERRUPTED')) throw error;
  process.exitCode = INTERRUPTED;
}
