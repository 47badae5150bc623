import '@tensorflow/tfjs-node';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyScan } from '../support/tiny-scan.js';
import { writeTinyStudy } from '../support/tiny-study.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs an example as a reader would, on the live sources. */
async function runExample(name: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const command = ['--import', 'tsx', '--conditions=@ptychokit/source', `examples/${name}`, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root, timeout: 120_000, env });
  return stdout;
}

describe('the examples', () => {
  let folder: string;
  let scan: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ptychokit-examples-'));
    scan = await writeTinyScan(join(folder, 'scan.npz'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('open a scan', async () => {
    expect(await runExample('open-a-scan.ts', [scan])).toMatch(
      /^\d+ frames of 64 x 64, probe \[64,64\]\nsummed intensity of the first frame \d/,
    );
  });

  it('train on a scan', async () => {
    const output = await runExample('train-on-a-scan.ts', [scan, '2']);
    const losses = [...output.matchAll(/epoch \d: loss ([\d.]+)/g)].map((match) => Number(match[1]));
    expect(losses).toHaveLength(2);
    expect(losses[1]).toBeLessThan(losses[0] as number);
    expect(output).toMatch(/relative residual 0\.\d+/);
  });

  it('swap the bridge', async () => {
    const output = await runExample('swap-the-bridge.ts', [join(folder, 'out')]);
    expect(output).toMatch(/bridges opened: experiment-7; object \[\d+,\d+\]/);
  });

  it('run on Slurm, or print what they would submit where there is none', async () => {
    const { phaseCRoot, phaseDRoot, artifactRoot } = await writeTinyStudy(join(folder, 'study'), { doses: [1e3] });
    const noSlurm = { ...process.env, PATH: '/nowhere' };
    const output = await runExample('run-on-slurm.ts', [phaseCRoot, phaseDRoot, artifactRoot, 'main'], noSlurm);
    expect(output).toMatch(/^#!\/bin\/bash\n#SBATCH [\s\S]*#SBATCH --array=0-2%4\n[\s\S]*#SBATCH --partition=main\n/);
  });

  it('spy on a job', async () => {
    const output = await runExample('spy-on-a-job.ts', [join(folder, 'spies')]);
    const line = (how: string): string => `${how}: completed, loss 0.5, bridges to train.npz and test.npz\n`;
    expect(output).toBe(`${['argument', 'container', 'child container'].map(line).join('')}the parent was asked 2 times\n`);
  });

  it('are all run here', async () => {
    const names = (await readdir(join(root, 'examples'))).filter((name) => name.endsWith('.ts'));
    expect(names.sort()).toEqual(['open-a-scan.ts', 'run-on-slurm.ts', 'spy-on-a-job.ts', 'swap-the-bridge.ts', 'train-on-a-scan.ts']);
  });
});
