import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliOutcome, startProcess } from '../support/run-cli.js';
import { writeTinyScan } from '../support/tiny-scan.js';

let dir = '';
let scan = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-repeat-'));
  scan = await writeTinyScan(join(dir, 'scan.npz'));
});
afterAll(() => rm(dir, { recursive: true }));

/** A run in a process and a folder of its own, on a copy of the scan. */
async function fit(name: string): Promise<CliOutcome> {
  await mkdir(join(dir, name));
  await copyFile(scan, join(dir, name, 'scan.npz'));
  const command = ['fit', join(dir, name, 'scan.npz'), '--output-dir', join(dir, name, 'out')];
  return startProcess([...command, '--max-epochs', '2', '--batch-size', '8', '--seed', '0', '--deterministic', '--json']).outcome;
}

interface Record {
  readonly engine: { readonly threads: number; readonly deterministic: boolean; readonly versions: object };
  readonly seeds: object;
  readonly artifacts: Readonly<{ [path: string]: { readonly sha256: string } }>;
}

it('Two processes with --deterministic and one seed leave the same bytes', { timeout: 240_000 }, async () => {
  const outcomes = await Promise.all(['one', 'two'].map(fit));
  expect(
    outcomes.map(({ code }) => code),
    outcomes[0]?.stderr,
  ).toEqual([0, 0]);
  const [one, two] = outcomes.map(({ stdout }) => JSON.parse(stdout) as Record) as [Record, Record];
  for (const file of ['wts.h5.zip', 'reconstruction.npz', 'training_logs/version_0/metrics.csv']) {
    expect(one.artifacts[file]?.sha256, file).toMatch(/^[0-9a-f]{64}$/);
    expect(one.artifacts[file]?.sha256, file).toBe(two.artifacts[file]?.sha256);
  }
  const bundles = await Promise.all(['one', 'two'].map((name) => readFile(join(dir, name, 'out/wts.h5.zip'))));
  expect(bundles[0]?.equals(bundles[1] as Buffer)).toBe(true);
  expect(one).toMatchObject({ engine: { threads: 1, deterministic: true }, seeds: { seed: 0 } });
  expect(one.engine).toEqual(two.engine);
});
