import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestFile, metricsBundleKind, readManifest, runManifestKind, skipSummaryKind, trainingManifestKind } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleLines, CONTRACT_COMMANDS, sha256sum } from '../support/contract-commands.js';
import { type CliOutcome, runInProcess } from '../support/run-cli.js';
import { writeTinyBase } from '../support/tiny-base.js';

const before = process.cwd();
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-contract-'));
  process.chdir(root);
  await writeTinyBase('scan.npz', { size: 140 });
});
afterAll(async () => {
  process.chdir(before);
  await rm(root, { recursive: true });
});

const run = (command: string, ...more: readonly string[]): Promise<CliOutcome> => runInProcess([...command.split(' '), ...more]);
const succeeded = ({ code, stderr }: CliOutcome): void => expect(code, stderr).toBe(0);
const DOSES = [1000, 10000, 100000];

describe('the command lines of the contract, one after another', () => {
  it('generate writes five files for each dose, and its manifest', async () => {
    succeeded(await run(CONTRACT_COMMANDS.generate));
    const files = ['canonical', 'patched', 'patched_test', 'patched_train', 'simulated_raw'].map((name) => `${name}.npz`);
    for (const dose of DOSES) expect((await readdir(`tmp/c/dose_${dose}`)).sort()).toEqual(expect.arrayContaining(files));
    const { doses } = await readManifest('tmp/c/run_manifest.json', runManifestKind);
    expect(doses.map(({ dose, status }) => `${dose} ${status}`)).toEqual(DOSES.map((dose) => `${dose} completed`));
  });

  it('overlap writes images and metrics of each view, and the bundle as evidence', async () => {
    succeeded(await run(CONTRACT_COMMANDS.overlap));
    for (const dose of DOSES)
      expect(await readdir(`tmp/d/dose_${dose}/dense`)).toEqual(
        expect.arrayContaining(['dense_train.npz', 'dense_test.npz', 'dense_train_metrics.json', 'dense_test_metrics.json']),
      );
    for (const dir of ['tmp/d', 'reports/overlap']) {
      const { views, skipped_views } = await readManifest(`${dir}/metrics_bundle.json`, metricsBundleKind);
      expect(views.map(({ view }) => view)).toEqual(DOSES.flatMap(() => ['baseline', 'dense']));
      expect(skipped_views.map(({ view, reason }) => [view, reason])).toEqual(
        DOSES.map(() => ['sparse', expect.stringMatching(/remain, a group needs 4/)]),
      );
    }
  });

  it.each([
    ['baseline', 'reports/train', 'baseline/dose=1e+03', 'dose_1000/baseline/gs1', []],
    // As written it trains for 50 epochs; the long tests do that.
    ['dense', 'tmp/e', 'dense/dose=1e+03', 'dose_1000/dense/gs2', ['--max_epochs', '1']],
  ] as const)('train of %s leaves what is promised, the digest on stdout and in the manifest being that of the file', async (...row) => {
    const [command, artifactRoot, label, place, more] = row;
    const outcome = await run(CONTRACT_COMMANDS[command], ...more);
    succeeded(outcome);
    const dir = join(artifactRoot, place);
    for (const name of ['train.log', 'wts.h5.zip', 'checkpoints', 'training_logs/version_0/metrics.csv'])
      expect(existsSync(join(dir, name)), name).toBe(true);
    const { jobs, skipped_count } = await readManifest(join(artifactRoot, 'training_manifest.json'), trainingManifestKind);
    const [{ result, ...job } = { result: undefined }] = jobs;
    expect(job).toMatchObject({ dose: 1000, view: command, artifact_dir: place, log_path: `${place}/train.log` });
    expect(result).toMatchObject({ status: 'completed', epochs_completed: 1, bundle_path: `${place}/wts.h5.zip` });
    const { skipped_views } = await readManifest(join(artifactRoot, 'skip_summary.json'), skipSummaryKind);
    expect([jobs.length, skipped_views.length]).toEqual([1, skipped_count]);
    const { sha256 } = await digestFile(join(dir, 'wts.h5.zip'));
    expect(bundleLines(outcome.stdout)).toEqual([{ label, name: 'wts.h5.zip', sha256 }]);
    expect([result?.bundle_sha256, sha256sum(join(dir, 'wts.h5.zip')) ?? sha256]).toEqual([sha256, sha256]);
  });

  it('train with a dose that does not exist ends with 2, lists what exists, and changes no manifest', async () => {
    const manifest = await readFile('reports/train/training_manifest.json', 'utf8');
    const roots = '--phase-c-root tmp/c --phase-d-root tmp/d';
    for (const artifactRoot of ['reports/train', 'reports/none']) {
      const { code, stdout, stderr } = await run(`train ${roots} --artifact-root ${artifactRoot} --view baseline --dose 123`);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/No job fits dose 123, view baseline; these exist:\n {2}- dose 1000 \(1e\+03\), view baseline, gridsize 1\n/);
    }
    expect(existsSync('reports/none')).toBe(false);
    expect(await readFile('reports/train/training_manifest.json', 'utf8')).toBe(manifest);
  });

  it('verify is green for all of it, and archive makes checksums that sha256sum accepts', async () => {
    succeeded(await run('verify .', '--quiet'));
    succeeded(await run('archive --from reports/train --hub hub', '--quiet'));
    const checksums = await readFile('hub/analysis/bundle_checksums.txt', 'utf8');
    const sha256 = sha256sum('reports/train/dose_1000/baseline/gs1/wts.h5.zip');
    if (sha256 !== undefined) expect(checksums).toBe(`${sha256}  data/dose_1000/baseline/gs1/wts.h5.zip\n`);
    expect(checksums).toMatch(/^[0-9a-f]{64} {2}data\/dose_1000\/baseline\/gs1\/wts\.h5\.zip\n$/);
  });
});
