import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOutcome, runInProcess } from '../../../support/run-cli.js';
import { type TinyStudy, writeTinyStudy } from '../../../support/tiny-study.js';

let dir = '';
let study: TinyStudy;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-train-'));
  study = await writeTinyStudy(dir, { doses: [1e3, 1e5] });
});
afterAll(() => rm(dir, { recursive: true }));

const TINY = ['--max-epochs', '1', '--batch-size', '4', '--n-filters-scale', '1', '--deterministic'];
const train = (name: string, ...flags: readonly string[]): Promise<CliOutcome> => {
  const roots = ['--phase-c-root', study.phaseCRoot, '--phase-d-root', study.phaseDRoot, '--artifact-root', join(dir, name)];
  return runInProcess(['train', ...roots, ...TINY, ...flags]);
};

describe('ptychokit train', { timeout: 240_000 }, () => {
  it('says what exists when nothing fits, writes nothing and ends with 2', async () => {
    const { code, stdout, stderr } = await train('none', '--view', 'baseline', '--dose', '123');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const existing of ['123', '1000', '100000']) expect(stderr).toContain(existing);
    expect(existsSync(join(dir, 'none'))).toBe(false);
  });

  it('prints the script for Slurm without Slurm, and writes nothing', async () => {
    const flags = [
      '--runner',
      'slurm',
      '--partition',
      'main',
      '--jobs',
      '4',
      '--time',
      '30',
      '--mem',
      '2G',
      '--cpus',
      '2',
      '--account',
      'a1',
    ];
    const { code, stdout } = await train('script', ...flags, '--sbatch-line=--nice=100', '--print-script');
    expect(code).toBe(0);
    for (const line of ['array=0-5%4', 'partition=main', 'time=30', 'mem=2G', 'cpus-per-task=2', 'account=a1', 'nice=100'])
      expect(stdout).toContain(`#SBATCH --${line}\n`);
    expect(existsSync(join(dir, 'script'))).toBe(false);
  });

  it('refuses options of Slurm without it', async () => {
    const { code, stderr } = await train('stray', '--partition', 'main', '--sbatch-line=--nice');
    expect(stderr).toMatch(/--partition, --sbatch-line only make sense with --runner slurm/);
    expect(code).toBe(2);
  });
});
