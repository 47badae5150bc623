// Trains the job matrix of a study on a Slurm cluster whose nodes see the same disk, from a program of your own:
// `run-on-slurm.ts <phase C root> <phase D root> <results> [partition]`. Where Slurm is absent it prints what it would submit.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { loadExecutionConfig } from '@ptychokit/config';
import { batchScript, planMatrix, type SlurmOptions, slurmRunner, trainMatrix } from '@ptychokit/study';

const [phaseCRoot, phaseDRoot, artifactRoot, partition] = process.argv.slice(2);
if (phaseCRoot === undefined || phaseDRoot === undefined || artifactRoot === undefined) throw new TypeError('expected three directories');

const slurm: SlurmOptions = { directory: join(artifactRoot, '.slurm'), partition, concurrent: 4, cpus: 1, time: '30' };
const request = {
  ...{ phaseCRoot, phaseDRoot, artifactRoot },
  training: { nepochs: 1, batchSize: 4 },
  execution: loadExecutionConfig({ overrides: { deterministic: true } }),
};

if (spawnSync('sbatch', ['--version']).status === 0) {
  // Ctrl-C cancels the array. A program that dies leaves it at work; started again, it finds it.
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const { jobs, results } = await trainMatrix(
    { ...request, runner: slurmRunner(slurm) },
    {
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'job') console.log(`${event.label}: ${event.state} ${event.detail ?? ''}`.trimEnd());
      },
    },
  );
  for (const [i, result] of results.entries()) console.log(`${jobs[i]?.view} at ${jobs[i]?.dose}: ${result.bundle_sha256 ?? result.error}`);
} else {
  const { jobs } = await planMatrix(request);
  console.log(batchScript({ name: 'ptychokit-train', taskFile: join(slurm.directory, 'tasks.json'), tasks: jobs.length, options: slurm }));
}
