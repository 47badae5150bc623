import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEvidence } from '@ptychokit/study';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../../support/run-cli.js';
import { writeTrainingEvidence } from '../../support/training-evidence.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-verify-'));
  await writeTrainingEvidence(root);
});
afterEach(() => rm(root, { recursive: true }));

const flip = async (name: string, at: number): Promise<void> => {
  const bytes = await readFile(join(root, name));
  bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ 1;
  await writeFile(join(root, name), bytes);
};
const findings = async (): Promise<string[]> => (await verifyEvidence(root)).findings.map(({ kind, path }) => `${kind} ${path}`);

describe('verifyEvidence', () => {
  it('is green for what was written, and counts it', async () => {
    expect(await verifyEvidence(root)).toMatchObject({ ok: true, manifests: 2, files: 7, findings: [], unchecked: [] });
  });

  it.each(['dose_1000/dense/gs2/wts.h5.zip', 'dose_1000/dense/gs2/train.log', 'dose_1000/baseline/gs1/wts.h5.zip'])(
    'finds one flipped bit in %s, wherever it is',
    async (name) => {
      for (const at of [0, 7, 100_000]) {
        await flip(name, at);
        expect(await findings()).toEqual([`changed ${name}`]);
        await flip(name, at);
      }
      expect(await findings()).toEqual([]);
    },
  );

  it('finds a missing file and says which manifest speaks of it', async () => {
    await rm(join(root, 'dose_1000/dense/gs2/wts.h5.zip'));
    expect((await verifyEvidence(root)).findings).toEqual([
      { kind: 'missing', path: 'dose_1000/dense/gs2/wts.h5.zip', manifest: 'training_manifest.json', detail: 'the file is not there' },
    ]);
    await rm(join(root, 'skip_summary.json'));
    expect(await findings()).toContain('missing skip_summary.json');
  });

  it('lets checkpoints of a finished run be deleted, but not be changed', async () => {
    const name = 'dose_1000/dense/gs2/checkpoints/last.ckpt';
    await flip(name, 5);
    expect(await findings()).toEqual([`changed ${name}`]);
    await rm(join(root, name));
    expect(await verifyEvidence(root)).toMatchObject({ ok: true, findings: [], unchecked: [name] });
  });

  it('finds every manifest that was edited by hand, also where a digest was adapted to a changed file', async () => {
    const path = join(root, 'training_manifest.json');
    const text = await readFile(path, 'utf8');
    for (const [from, to] of [
      ['"final_loss": 0.25', '"final_loss": 0.24'],
      ['"view": "dense"', '"view": "sparse"'],
    ] as const) {
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
      expect(await findings()).toEqual(['edited training_manifest.json']);
    }
    await writeFile(path, text.replace('"schema_version": 1', '"schema_version": 2'));
    expect(await findings()).toEqual(['invalid training_manifest.json']);
    await writeFile(path, text.slice(0, 200));
    expect(await findings()).toEqual(['unreadable training_manifest.json']);
  });

  it('checks what an edited manifest says of its files all the same', async () => {
    const path = join(root, 'training_manifest.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"final_loss": 0.25', '"final_loss": 0.5'));
    await flip('dose_1000/dense/gs2/wts.h5.zip', 3);
    expect(await findings()).toEqual(['edited training_manifest.json', 'changed dose_1000/dense/gs2/wts.h5.zip']);
  });

  it('is red where nothing vouches for anything, and refuses a directory that is not there', async () => {
    await mkdir(join(root, 'empty'));
    expect(await verifyEvidence(join(root, 'empty'))).toMatchObject({ ok: false, findings: [{ kind: 'no-manifest' }] });
    await expect(verifyEvidence(join(root, 'none'))).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('ptychokit verify', () => {
  it('says green with 0 and red with 1, names file and both digests, in words and as JSON', async () => {
    expect(await runInProcess(['verify', root, '--quiet'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^green: 2 manifests, 7 files/),
    });
    await flip('dose_1000/dense/gs2/wts.h5.zip', 0);
    const red = await runInProcess(['verify', root, '--quiet']);
    expect(red.code).toBe(1);
    expect(red.stdout).toMatch(
      /^red: 1 of [\s\S]*changed: dose_1000\/dense\/gs2\/wts.h5.zip\n {4}SHA256 should be [0-9a-f]{64}, is [0-9a-f]{64}\n/,
    );
    const { code, stdout } = await runInProcess(['verify', root, '--json']);
    expect([code, JSON.parse(stdout).findings[0].path]).toEqual([1, 'dose_1000/dense/gs2/wts.h5.zip']);
    expect((await runInProcess(['verify', join(root, 'none')])).code).toBe(2);
  });
});
