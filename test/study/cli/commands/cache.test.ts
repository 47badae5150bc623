import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset, RawData, writeDataset } from '@ptychokit/memmap-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../../support/run-cli.js';

describe('ptychokit cache', () => {
  let dir = '';
  let memmapDir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ptychokit-cache-'));
    memmapDir = join(dir, 'frames');
    const raw = RawData.fromArrays({
      diffraction: new Float32Array(3 * 64).fill(1),
      frameSize: 8,
      xcoords: Float64Array.of(0, 1, 2),
      ycoords: Float64Array.of(0, 0, 0),
      probeGuess: { shape: [8, 8], data: new Float32Array(128).fill(1) },
    });
    await writeDataset(join(dir, 'scan.npz'), raw, { deflate: true });
  });
  afterAll(() => rm(dir, { recursive: true }));

  const cache = (...args: string[]): ReturnType<typeof runInProcess> => runInProcess(['cache', ...args, '--memmap-dir', memmapDir]);

  it('lists what was inflated, clears it, and finds nothing afterwards', async () => {
    expect((await cache('list')).stdout).toBe('The cache is empty.\n');
    await (await openDataset(join(dir, 'scan.npz'), { memmapDir })).close();
    const listed = await cache('list');
    expect(listed.stdout).toMatch(/^ *768 bytes {2}\S*scan\.npz#diffraction\n768 bytes in all\.\n$/);
    const [entry] = JSON.parse((await cache('list', '--json')).stdout) as { bytes: number; state: string }[];
    expect(entry).toMatchObject({ bytes: 768, state: 'complete' });
    const cleared = await cache('clear');
    expect(cleared).toMatchObject({ code: 0, stdout: expect.stringContaining('768 bytes removed.') });
    expect(readdirSync(memmapDir)).toEqual([]);
    expect((await cache('clear')).stdout).toBe('There was nothing to remove.\n');
  });

  it('refuses anything else with exit code 2', async () => {
    expect(await cache('burn')).toMatchObject({ code: 2, stderr: expect.stringContaining('list, clear') });
  });
});
