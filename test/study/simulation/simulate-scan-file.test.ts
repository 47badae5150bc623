import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDataset, openScan } from '@ptychokit/memmap-bridge';
import { type SimulationRequest, simulateScanFile } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyScan } from '../../support/tiny-scan.js';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-simulate-'));
});
afterAll(() => rm(dir, { recursive: true }));

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('simulateScanFile', () => {
  it.each<[string, SimulationRequest]>([
    ['a Siemens star, jittered raster, defocused probe', {}],
    ['lines, Fermat spiral, disk', { object: 'lines', scan: 'fermat', probe: 'disk' }],
    ['a random field, raster, Gaussian', { object: 'grf', scan: 'raster', probe: 'gaussian' }],
    ['letters', { object: 'letters' }],
    ['no noise', { nphotons: Number.POSITIVE_INFINITY }],
  ])('writes a file that obeys the data contract: %s', async (_, request) => {
    const path = join(dir, 'scan.npz');
    const written = await simulateScanFile(path, { frames: 10, step: 8, ...request });
    expect(written.frameCount).toBe(10);
    expect(await checkDataset(path, { frames: 'all' })).toEqual([]);
    await using raw = await openScan(path);
    expect([raw.frameCount, raw.frameSize]).toEqual([10, 64]);
    expect(raw.objectGuess?.shape).toEqual(written.objectShape);
    expect(raw.metadata).toMatchObject({ generator: 'ptychokit simulate', frames: 10, seed: 0 });
  });

  it('says in a dry run what would be made, and writes nothing', async () => {
    const path = join(dir, 'folder', 'planned.npz');
    const planned = await simulateScanFile(path, { frames: 10, step: 8 }, { dryRun: true });
    expect(existsSync(join(dir, 'folder'))).toBe(false);
    expect(planned).toEqual(await simulateScanFile(path, { frames: 10, step: 8 }));
  });

  it('gives equal bytes for equal seeds, 0 included, and other noise for another seed', async () => {
    const digests: string[] = [];
    for (const [name, seed] of [
      ['a', 0],
      ['b', 0],
      ['c', 1],
    ] as const) {
      await simulateScanFile(join(dir, `${name}.npz`), { frames: 8, seed });
      digests.push(await sha256(join(dir, `${name}.npz`)));
    }
    expect(digests[0]).toBe(digests[1]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('states the dose, and the frames have it', async () => {
    const path = await writeTinyScan(join(dir, 'dose.npz'), { nphotons: 1000 });
    await using raw = await openScan(path);
    expect(raw.metadata.nphotons).toBe(1000);
    const frames = new Float32Array(raw.frameCount * 64 * 64);
    await raw.frames.readFrames(
      Int32Array.from({ length: raw.frameCount }, (_, i) => i),
      frames,
    );
    // Amplitudes are sqrt(counts) / s: the smallest one that is not 0 is one photon.
    const photon = frames.reduce((least, value) => (value > 0 && value < least ? value : least), Number.POSITIVE_INFINITY);
    const counts = frames.reduce((sum, value) => sum + Math.round((value / photon) ** 2), 0) / raw.frameCount;
    expect(counts).toBeGreaterThan(970);
    expect(counts).toBeLessThan(1030);
  });

  it('fits the number of frames asked for on an object of given size', async () => {
    const written = await simulateScanFile(join(dir, 'fit.npz'), { frames: 30, objectSize: 120 });
    expect(written).toMatchObject({ frameCount: 30, objectShape: [120, 120] });
  });

  it('takes object, probe and positions of another scan', async () => {
    const base = await writeTinyScan(join(dir, 'base.npz'));
    await simulateScanFile(join(dir, 'again.npz'), { object: base, probe: base, scan: base, nphotons: 100 });
    await using first = await openScan(base);
    await using second = await openScan(join(dir, 'again.npz'));
    expect(second.xcoords).toEqual(first.xcoords);
    expect(second.objectGuess).toEqual(first.objectGuess);
    expect(second.metadata).toMatchObject({ object: 'base.npz', probe: 'base.npz', scan: 'base.npz' });
  });

  it.each<[string, SimulationRequest, string, RegExp]>([
    ['an object that is neither kind nor file', { object: 'star' }, 'USAGE', /'star' is neither a kind nor a file[\s\S]*siemens, lines/],
    ['an object smaller than a frame', { objectSize: 60 }, 'USAGE', /too small for frames of 64 pixels[\s\S]*at least 66/],
    ['more frames than fit', { frames: 500, step: 10, objectSize: 100 }, 'USAGE', /Only \d+ of 500 frames fit/],
    [
      'numbers out of range, all at once',
      { nphotons: 0, N: 100, contrast: 2 },
      'CONFIG_INVALID',
      /3 problems[\s\S]*nphotons[\s\S]*N:[\s\S]*contrast/,
    ],
  ])('refuses %s and leaves no file', async (_, request, code, message) => {
    const path = join(dir, 'refused', 'scan.npz');
    const failure = simulateScanFile(path, request);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(message);
    expect(await readdir(dir)).not.toContain('refused');
  });

  it('leaves no file when it is interrupted', async () => {
    const abort = new AbortController();
    const path = join(dir, 'interrupted.npz');
    const failure = simulateScanFile(path, { frames: 100 }, { signal: abort.signal, onEvent: () => abort.abort() });
    await expect(failure).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect((await readdir(dir)).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });
});
