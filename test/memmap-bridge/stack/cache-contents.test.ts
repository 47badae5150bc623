import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearFrameCache, FrameCacheError, listFrameCache, openDataset, writeNpz } from '@ptychokit/memmap-bridge';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryPath } from '../../../packages/memmap-bridge/src/stack/temporary-file.js';
import { expectSame } from '../support/expect-same.js';
import { scanMembers, syntheticScan } from '../support/synthetic-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const path = join(folder, 'scan.npz');
const scan = syntheticScan();
const pixels = scan.frameSize ** 2;
beforeAll(() => writeNpz(path, scanMembers(scan), { deflate: true }));

let folders = 0;
const newFolder = (): string => join(folder, `cache-${folders++}`);
const open = async (memmapDir: string): Promise<void> => (await openDataset(path, { memmapDir })).close();

describe('the contents of the cache', () => {
  it('are none where there is no folder', async () => {
    const memmapDir = newFolder();
    expect([await listFrameCache({ memmapDir }), await clearFrameCache({ memmapDir })]).toEqual([[], []]);
    expect(existsSync(memmapDir)).toBe(false);
  });

  it('say where complete stacks are from', async () => {
    const memmapDir = newFolder();
    await open(memmapDir);
    const [entry, ...rest] = await listFrameCache({ memmapDir });
    expect(rest).toEqual([]);
    expect(entry).toMatchObject({ bytes: 4 * scan.diffraction.length, source: `${path}#diffraction`, state: 'complete' });
  });

  it('tell torn stacks and leftovers from those being written', async () => {
    const memmapDir = newFolder();
    await open(memmapDir);
    const raw = (await listFrameCache({ memmapDir }))[0]?.path as string;
    truncateSync(raw, 100);
    writeFileSync(temporaryPath(raw), 'being written');
    const old = temporaryPath(raw);
    writeFileSync(old, 'left');
    utimesSync(old, 1e9, 1e9);
    expect((await listFrameCache({ memmapDir })).map(({ bytes, state }) => [bytes, state])).toEqual([
      [100, 'partial'],
      [13, 'in use'],
      [4, 'partial'],
    ]);
    rmSync(raw.replace('.f32', '.json'));
    expect((await listFrameCache({ memmapDir }))[0]?.state).toBe('in use'); // its manifest may come any moment
    utimesSync(raw, 1e9, 1e9);
    expect((await listFrameCache({ memmapDir }))[0]?.state).toBe('partial');
  });

  it('go when cleared, but for what is being written and what is not of the cache', async () => {
    const memmapDir = newFolder();
    await open(memmapDir);
    const raw = (await listFrameCache({ memmapDir }))[0]?.path as string;
    const temporary = temporaryPath(raw);
    writeFileSync(temporary, 'being written');
    writeFileSync(join(memmapDir, 'thesis.json'), '{}');
    const removed = await clearFrameCache({ memmapDir });
    expect(removed.map((entry) => entry.path)).toEqual([raw]);
    expect(readdirSync(memmapDir).map((name) => join(memmapDir, name))).toEqual([temporary, join(memmapDir, 'thesis.json')]);
  });

  it('can be cleared while frames are read, which goes on', async () => {
    const memmapDir = newFolder();
    await using raw = await openDataset(path, { memmapDir });
    expect(await clearFrameCache({ memmapDir })).toHaveLength(1);
    const into = new Float32Array(pixels);
    await raw.frames.readFrames([3], into);
    expectSame(into, scan.diffraction.subarray(3 * pixels, 4 * pixels));
    await using again = await openDataset(path, { memmapDir });
    await again.frames.readFrames([3], into);
    await raw.frames.readFrames([4], into);
    expectSame(into, scan.diffraction.subarray(4 * pixels, 5 * pixels));
  });

  it('cannot be listed where the folder is a file', async () => {
    const memmapDir = newFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(memmapDir, 'x');
    await expect(listFrameCache({ memmapDir })).rejects.toThrow(FrameCacheError);
  });
});
