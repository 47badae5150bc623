import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveEvidence, verifyEvidence } from '@ptychokit/study';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../../support/run-cli.js';
import { writeTrainingEvidence } from '../../support/training-evidence.js';

let dir = '';
let [from, hub] = ['', ''];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-archive-'));
  [from, hub] = [join(dir, 'train'), join(dir, 'hub')];
  await mkdir(from);
  await writeTrainingEvidence(from);
});
afterEach(() => rm(dir, { recursive: true }));

const BUNDLE = 'dose_1000/dense/gs2/wts.h5.zip';

describe('archiveEvidence', () => {
  it('collects bundles, manifests and logs, which verify finds as they should be', async () => {
    expect(await archiveEvidence({ from, hub })).toMatchObject({ bundles: 2, logs: 2 });
    expect((await readdir(hub)).sort()).toEqual(['analysis', 'cli', 'data']);
    for (const name of [`data/${BUNDLE}`, 'data/training_manifest.json', 'data/skip_summary.json', 'cli/dose_1000/dense/gs2/train.log'])
      expect(existsSync(join(hub, name)), name).toBe(true);
    expect(await verifyEvidence(hub)).toMatchObject({ ok: true });
    await writeFile(join(hub, 'analysis', 'summary.md'), 'all is well');
    expect((await verifyEvidence(hub)).findings).toMatchObject([{ kind: 'changed', path: 'analysis/summary.md' }]);
  });

  it('writes checksums that sha256sum accepts, until a bundle changes', async () => {
    await archiveEvidence({ from, hub });
    const check = (): string =>
      execFileSync('sha256sum', ['-c', '--strict', 'analysis/bundle_checksums.txt'], { cwd: hub, encoding: 'utf8', stdio: 'pipe' });
    expect(check().trim().split('\n')).toEqual(['data/dose_1000/baseline/gs1/wts.h5.zip: OK', `data/${BUNDLE}: OK`]);
    await writeFile(join(hub, 'data', BUNDLE), 'other');
    expect(check).toThrow();
  });

  it('checks and counts in a dry run, and writes nothing', async () => {
    const dry = ['archive', '--from', from, '--hub', hub, '--dry-run'];
    const done = await runInProcess([...dry, '--json']);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ hub, bundles: 2, logs: 2 });
    expect((await runInProcess(dry)).stdout).toMatch(/^would write +\S+hub\nbundles +2\n/);
    expect(existsSync(hub)).toBe(false);
    await writeFile(join(from, BUNDLE), 'other');
    expect(await runInProcess(dry)).toMatchObject({ code: 1, stderr: expect.stringContaining(BUNDLE) });
  });

  it('sorts the keys of the manifest and sums up jobs, digests and gaps', async () => {
    await archiveEvidence({ from, hub });
    const pretty = await readFile(join(hub, 'analysis', 'manifest_pretty.json'), 'utf8');
    const keys = Object.keys(JSON.parse(pretty));
    expect(keys).toEqual([...keys].sort());
    expect(pretty).toMatch(/^\{\n {2}"artifact_root": "\."/);
    const summary = await readFile(join(hub, 'analysis', 'summary.md'), 'utf8');
    expect(summary).toMatch(/\| dense \| 1e\+03 \| 2 \| failed \| 2 \| 0.25 \| [0-9a-f]{64} \|/);
    expect(summary).toContain('sparse at dose 1e+03: skipped: train: 2 of 30 images remain');
    expect(summary).toContain('dense at dose 1e+03: failed: stopped for the test');
  });

  it('stops with both digests, before anything is written, when a bundle is not what the manifest says', async () => {
    await writeFile(join(from, BUNDLE), 'other');
    const { code, stderr } = await runInProcess(['archive', '--from', from, '--hub', hub, '--quiet']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/SHA256 should be [0-9a-f]{64}, is [0-9a-f]{64}/);
    expect(stderr).toContain(BUNDLE);
    expect(existsSync(hub)).toBe(false);
  });

  it('stops for an edited manifest, and ends with 2 where there is none or the hub is the root', async () => {
    const path = join(from, 'training_manifest.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"final_loss": 0.25', '"final_loss": 0.2'));
    await expect(archiveEvidence({ from, hub })).rejects.toMatchObject({ code: 'MANIFEST', reason: 'edited' });
    expect((await runInProcess(['archive', '--from', dir, '--hub', hub])).code).toBe(2);
    expect((await runInProcess(['archive', '--from', from, '--hub', from])).code).toBe(2);
  });
});
