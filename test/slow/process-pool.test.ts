import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestFile, type TrainingManifest } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOutcome, runInProcess } from '../support/run-cli.js';
import { type TinyStudy, writeTinyStudy } from '../support/tiny-study.js';

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

describe('ptychokit train --runner process-pool', { timeout: 240_000 }, () => {
  it('trains jobs side by side to the same bytes as one after another, with digests that are those of the files', async () => {
    const pooled = await train('pool', '--dose', '1000', '--gridsize', '2', '--runner', 'process-pool', '--jobs', '2');
    expect(pooled.code, pooled.stderr).toBe(0);
    const { jobs }: TrainingManifest = JSON.parse(await readFile(join(dir, 'pool', 'training_manifest.json'), 'utf8'));
    expect(jobs.map(({ view, result }) => `${view} ${result.status}`)).toEqual(['dense completed', 'sparse completed']);
    for (const { view, result } of jobs) {
      const { sha256 } = await digestFile(join(dir, 'pool', result.bundle_path as string));
      expect(result.bundle_sha256).toBe(sha256);
      expect(pooled.stdout).toContain(`    → Bundle [${view}/dose=1e+03]: wts.h5.zip\n    → SHA256 [${view}/dose=1e+03]: ${sha256}\n`);
    }
    const alone = await train('alone', '--dose', '1000', '--view', 'dense', '--runner', 'in-process');
    expect(alone.stdout).toContain(`SHA256 [dense/dose=1e+03]: ${jobs[0]?.result.bundle_sha256}`);
  });
});
