import '@tensorflow/tfjs-node';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasPython } from '../support/python.js';
import { writeTinyScan } from '../support/tiny-scan.js';
import { writeTinyStudy } from '../support/tiny-study.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs an example with its arguments, in this process, where the engine is loaded already; what it prints. */
async function runExample(name: string, args: readonly string[]): Promise<string> {
  const [lines, argv]: [string[], string[]] = [[], process.argv];
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => void lines.push(format(...values)));
  process.argv = [process.execPath, name, ...args];
  try {
    await import(`../../examples/${name}.ts`);
  } finally {
    process.argv = argv;
    log.mockRestore();
  }
  return `${lines.join('\n')}\n`;
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
    expect(await runExample('open-a-scan', [scan])).toMatch(
      /^\d+ frames of 64 x 64, probe \[64,64\]\nsummed intensity of the first frame \d/,
    );
  });

  it('train on a scan', async () => {
    const output = await runExample('train-on-a-scan', [scan, '2']);
    const losses = [...output.matchAll(/epoch \d: loss ([\d.]+)/g)].map((match) => Number(match[1]));
    expect(losses).toHaveLength(2);
    expect(losses[1]).toBeLessThan(losses[0] as number);
    expect(output).toMatch(/relative residual 0\.\d+/);
  });

  it('swap the bridge', async () => {
    const output = await runExample('swap-the-bridge', [join(folder, 'out')]);
    expect(output).toMatch(/bridges opened: experiment-7; object \[\d+,\d+\]/);
  });

  it('run on Slurm, or print what they would submit where there is none', async () => {
    const { phaseCRoot, phaseDRoot, artifactRoot } = await writeTinyStudy(join(folder, 'study'), { doses: [1e3] });
    vi.stubEnv('PATH', '/nowhere');
    const output = await runExample('run-on-slurm', [phaseCRoot, phaseDRoot, artifactRoot, 'main']).finally(() => vi.unstubAllEnvs());
    expect(output).toMatch(/^#!\/bin\/bash\n#SBATCH [\s\S]*#SBATCH --array=0-2%4\n[\s\S]*#SBATCH --partition=main\n/);
  });

  it('spy on a job', async () => {
    const output = await runExample('spy-on-a-job', [join(folder, 'spies')]);
    const line = (how: string): string => `${how}: completed, loss 0.5, bridges to train.npz and test.npz\n`;
    expect(output).toBe(`${['argument', 'container', 'child container'].map(line).join('')}the parent was asked 2 times\n`);
  });

  it('train with a loss of their own', async () => {
    const output = await runExample('custom-loss', [scan, '2']);
    const [first, second] = [...output.matchAll(/epoch \d: loss ([\d.]+)/g)].map((match) => Number(match[1])) as [number, number];
    expect(second).toBeLessThan(first);
  });

  it('add a view', async () => {
    const output = await runExample('add-a-view', [join(folder, 'views')]);
    const overlap = (name: string): number =>
      Number(new RegExp(`^${name}: \\d+ frames to train on, .* (0\\.\\d+)$`, 'm').exec(output)?.[1]);
    expect(overlap('close'), output).toBeGreaterThan(overlap('wider'));
    expect(overlap('wider')).toBeGreaterThan(0);
  });

  it('carry a scan to ptychodus and back', async () => {
    const output = await runExample('ptychodus-round-trip', [scan, join(folder, 'product.h5')]);
    const [, before, after] = /^the scan is ([\d.]+) pixels wide, and ([\d.]+) after/m.exec(output) ?? [];
    expect(output).toMatch(/^24 positions written\nobject \[1,\d+,\d+\], 20 nm per pixel\n/);
    expect(after).toBe(before);
  });

  it('run a study, and nothing twice', async () => {
    const output = await runExample('run-a-study', [join(folder, 'study-run')]);
    expect(output).toMatch(/^phase C: [\s\S]*phase D: [\s\S]*phase E: /);
    expect(output).toMatch(/^E baseline\/dose=1e\+04.*: completed\n\d+ files are as they were recorded\n$/m);
  });

  it.skipIf(!hasPython(['h5py']))('read the model in Python (needs h5py)', async () => {
    const model = join(folder, 'out', 'wts.h5.zip');
    const python = spawnSync(process.env.PYTHON ?? 'python3', [join(root, 'examples/read_the_bundle.py'), model], { encoding: 'utf8' });
    expect(python.stderr).toBe('');
    expect(python.stdout).toMatch(/^trained for 1 epochs on frames of 64 x 64\n\d{5,} parameters\n$/);
  });

  it('are all run here', async () => {
    const names = (await readdir(join(root, 'examples'))).filter((name) => /\.(ts|py)$/.test(name));
    const text = await readFile(fileURLToPath(import.meta.url), 'utf8');
    expect(names.length).toBeGreaterThan(9);
    expect(names.filter((name) => !text.includes(`'${name.replace('.ts', '')}'`) && !text.includes(`examples/${name}'`))).toEqual([]);
  });
});
