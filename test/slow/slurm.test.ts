import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TrainingManifest } from '@ptychokit/study';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliProcess, runInProcess, startProcess } from '../support/run-cli.js';
import { hasSlurm, processesWith, type SlurmCluster, startCluster } from '../support/slurm-cluster.js';
import { type TinyStudy, writeTinyStudy } from '../support/tiny-study.js';

const TINY = ['--max-epochs', '1', '--batch-size', '4', '--n-filters-scale', '1', '--deterministic'];

describe.skipIf(!hasSlurm())('ptychokit train on a Slurm cluster of two nodes', { timeout: 600_000 }, () => {
  let dir = '';
  let study: TinyStudy;
  let cluster: SlurmCluster;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ptychokit-slurm-study-'));
    study = await writeTinyStudy(dir);
  });
  afterAll(() => rm(dir, { recursive: true }));
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(async () => {
    expect(await cluster.stop()).toEqual([]);
  });

  /** The command in a process of its own, with results in a folder of its own. */
  const train = (name: string, ...flags: readonly string[]): CliProcess => {
    const roots = ['--phase-c-root', study.phaseCRoot, '--phase-d-root', study.phaseDRoot, '--artifact-root', join(dir, name)];
    const command = ['train', ...roots, ...TINY, '--runner', 'slurm', '--partition', 'main', '--jobs', '4', ...flags];
    return startProcess(command, { env: cluster.env });
  };
  const manifest = async (name: string): Promise<TrainingManifest> =>
    JSON.parse(await readFile(join(dir, name, 'training_manifest.json'), 'utf8'));

  /** Nothing in the queue and no process of a job any more. */
  const isQuiet = async (): Promise<boolean> => (await cluster.queue()).length === 0 && processesWith(join(dir, 'e')).length === 0;
  const quiet = async (): Promise<boolean> => {
    for (let i = 0; i < 100 && !(await isQuiet()); i++) await sleep(200);
    return isQuiet();
  };

  /** True while one of the later jobs is at work on n1, without a result yet. */
  const isInTheMiddle = async (name: string): Promise<boolean> => {
    const running = (await cluster.queue()).find((line) => line.startsWith('RUNNING n1 '));
    const index = Number(running?.split(' ')[2] ?? 0);
    const [dose, view] = [10 ** (3 + Math.floor(index / 3)), ['baseline/gs1', 'dense/gs2', 'sparse/gs2'][index % 3]];
    return index > 1 && !existsSync(join(dir, name, `dose_${dose}`, `${view}`, 'job_result.json'));
  };

  it('finishes nine jobs though a node fails in the middle', async () => {
    const run = train('e-node');
    await run.says('completed');
    while (!(await isInTheMiddle('e-node'))) await sleep(50);
    await cluster.killNode('n1');
    const { code, stdout, stderr } = await run.outcome;
    expect(code, stderr).toBe(0);
    expect(stdout.match(/→ SHA256 \[/g)).toHaveLength(9);
    expect(stderr.match(/submitted Slurm array/g), stderr).toHaveLength(1);
    expect(stderr).toMatch(/submitted Slurm array \d+ with 9 tasks/);
    // The job that was lost with its node ran a second time, on the other one.
    expect(stderr).toMatch(/running {4}(\S+) on n1[\s\S]*running {4}\1 on n2/);
    const { jobs } = await manifest('e-node');
    expect(jobs.map(({ result }) => result.status)).toEqual(Array(9).fill('completed'));
    expect(new Set(jobs.map(({ dose, view }) => `${dose} ${view}`)).size).toBe(9);
    expect((await runInProcess(['verify', join(dir, 'e-node')])).code).toBe(0);
    expect(await quiet()).toBe(true);
  });

  it('is found again by the next process when the submitting one is killed', async () => {
    const first = train('e-killed', '--dose', '1000');
    await first.says('running');
    first.child.kill('SIGKILL');
    await first.outcome;
    expect(await cluster.queue()).not.toEqual([]);
    const { code, stdout, stderr } = await train('e-killed', '--dose', '1000').outcome;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/going on with Slurm array \d+/);
    expect(stderr).not.toMatch(/submitted/);
    expect(stdout.match(/→ SHA256 \[/g)).toHaveLength(3);
    expect(await quiet()).toBe(true);
  });

  it('is cancelled by Ctrl-C, and the same command finishes it', async () => {
    const first = train('e-cancelled', '--dose', '1000', '--max-epochs', '200');
    await first.says('on n1');
    await first.says('on n2');
    const asked = performance.now();
    first.child.kill('SIGINT');
    const stopped = await first.outcome;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toMatch(/The Slurm array \d+ was cancelled/);
    expect(performance.now() - asked).toBeLessThan(25_000);
    expect(await quiet()).toBe(true);
    const second = await train('e-cancelled', '--dose', '1000', '--view', 'baseline').outcome;
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toMatch(/submitted Slurm array \d+ with 1 task\n/);
  });

  it('is used by a program of one page', async () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const roots = [study.phaseCRoot, study.phaseDRoot, join(dir, 'e-example'), 'main'];
    const command = ['--import', 'tsx', '--conditions=@ptychokit/source', 'examples/run-on-slurm.ts', ...roots];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root, env: { ...process.env, ...cluster.env } });
    expect(stdout).toMatch(/dense\/dose=1e\+05: running on n[12]\n/);
    expect(stdout.match(/^\w+ at \d+: [0-9a-f]{64}$/gm)).toHaveLength(9);
  });

  it('refuses what the cluster refuses, with the words of sbatch', async () => {
    const { code, stderr } = await train('e-refused', '--partition', 'nowhere').outcome;
    expect(stderr).toMatch(/sbatch failed: [\s\S]*invalid partition[\s\S]*\n {2}fix: /i);
    expect(code).toBe(2);
  });
});
