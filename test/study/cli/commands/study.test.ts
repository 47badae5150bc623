import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { designText, readManifest, studyDesignFrom, studyManifestKind } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess, startProcess } from '../../../support/run-cli.js';
import { tinyDesign } from '../../../support/tiny-design.js';

let root = '';
let design = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-study-cli-'));
  design = join(root, 'tiny.yaml');
  await writeFile(design, designText(tinyDesign({ doses: [1e3] })));
});
afterAll(() => rm(root, { recursive: true }));

const SHORT = ['--runner', 'in-process', '--deterministic', '--no-pictures'];

describe('ptychokit study', () => {
  it('trains, verifies green, and ends with a table of jobs; repeated without a design, it keeps everything', async () => {
    const dir = join(root, 'whole');
    const first = await runInProcess(['study', '--design', design, '--output-dir', dir, ...SHORT]);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/phase C \(1 of 3\): simulate every dose[\s\S]*phase D[\s\S]*phase E \(3 of 3\)/);
    expect(first.stdout).toMatch(
      /C generate: 1 completed in [\s\S]*D overlap: 2 completed, 1 skipped[\s\S]*E train: 2 completed, 1 skipped[\s\S]* all\/dose=1e\+03 +completed +1 epoch, loss [\d.]+ +models\/dose_1000\/all\/gs1\n/,
    );
    expect(first.stdout).toContain(`check it  npx ptychokit verify ${dir}\n`);
    const { stdout } = await runInProcess(['verify', dir, '--quiet']);
    expect(stdout).toMatch(/^green: /);

    const bundle = join(dir, 'models', 'dose_1000', 'all', 'gs1', 'wts.h5.zip');
    const bytes = await readFile(bundle);
    const again = await runInProcess(['study', '--output-dir', dir, ...SHORT, '--json']);
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual(await readManifest(join(dir, 'study_manifest.json'), studyManifestKind));
    expect(again.stderr.match(/finished before/g)).toHaveLength(3);

    bytes[100] = (bytes[100] as number) ^ 1;
    await writeFile(bundle, bytes);
    const red = await runInProcess(['verify', dir, '--quiet']);
    expect([red.code, red.stdout]).toEqual([1, expect.stringContaining('changed: models/dose_1000/all/gs1/wts.h5.zip')]);
  });

  it('prints the design of a profile as a file that gives it again', async () => {
    const { code, stdout } = await runInProcess(['study', '--profile', 'quick', '--max-epochs', '2', '--print-design']);
    expect(code).toBe(0);
    const file = join(root, 'printed.yaml');
    await writeFile(file, stdout);
    expect(studyDesignFrom({ file })).toEqual(studyDesignFrom({ profile: 'quick', overrides: { 'training.nepochs': 2 } }));
  });

  it.each([
    [[], 'standard' as const],
    [['--base-npz', 'own.npz'], undefined],
  ])('names no profile: %j begins with the design of %s', async (more, profile) => {
    const { stdout } = await runInProcess(['study', ...more, '--output-dir', join(root, 'none'), '--print-design']);
    const file = join(root, 'begun.yaml');
    await writeFile(file, stdout);
    expect(studyDesignFrom({ file })).toEqual(studyDesignFrom({ profile }));
  });

  it('says with --dry-run what it would do, and writes nothing', async () => {
    const dir = join(root, 'dry');
    const { code, stdout } = await runInProcess(['study', '--profile', 'quick', '--output-dir', dir, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/C generate, D overlap, E train[\s\S]*would train +9 jobs/);
    expect(existsSync(dir)).toBe(false);
  });

  it.each([
    [['--learning-rate', '-1'], /learningRate/],
    [['--design', 'no-such.yaml'], /no-such\.yaml/],
    [['--profile', 'huge'], /huge/],
    [['--runner', 'slurm', '--print-script'], /--print-script/],
    [['--base-npz', 'no-such.npz'], /no-such\.npz/],
  ])('refuses %j with 2 and writes nothing', async (flags, what) => {
    const dir = join(root, 'refused');
    const { code, stderr, stdout } = await runInProcess(['study', '--profile', 'quick', '--output-dir', dir, ...flags]);
    expect([code, stdout, existsSync(dir)]).toEqual([2, '', false]);
    expect(stderr).toMatch(what);
  });
});

describe('a study in a process of its own', { timeout: 240_000 }, () => {
  it('ends on Ctrl-C with 130, and goes on when it is called again', async () => {
    const dir = join(root, 'stopped');
    const first = startProcess(['study', '--design', design, '--output-dir', dir, ...SHORT, '--max-epochs', '50']);
    await first.says('running    all/dose=1e+03');
    first.child.kill('SIGINT');
    const { code, stdout, stderr } = await first.outcome;
    expect(stderr).toMatch(/interrupted: /);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect((await runInProcess(['verify', dir, '--quiet'])).code).toBe(0);
    const second = await runInProcess(['study', '--output-dir', dir, ...SHORT, '--max-epochs', '1', '--change-design']);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toContain('dose=1e+03: finished before');
  });
});
