import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDemo } from '@ptychokit/study';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-demo-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('runDemo', { timeout: 240_000 }, () => {
  it('goes the whole way and shows result and truth on the same frame', async () => {
    const outputDir = join(dir, 'demo');
    const { fit, infer, truth } = await runDemo({ outputDir, scan: { objectSize: 90, step: 8 }, training: { nepochs: 1 } });
    expect((await readdir(outputDir)).sort()).toEqual(['fit', 'infer', 'scan.npz', 'truth_amplitude.png', 'truth_phase.png']);
    expect(infer.record.relative_residual).toBe(fit.record.relative_residual);
    const [found, real] = await Promise.all([fit.files.phase, truth.phase].map(async (path) => decode(await readFile(path))));
    expect([found?.width, found?.height]).toEqual([real?.width, real?.height]);
  });
});
