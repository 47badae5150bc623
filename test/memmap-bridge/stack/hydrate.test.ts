import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NpzFile, openScan, writeNpy, writeNpz, ZipFormatError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { expectSame } from '../support/expect-same.js';
import { scanMembers, syntheticScan } from '../support/synthetic-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { zipBytes } from '../support/zip-bytes.js';

const folder = temporaryFolder();
/** More than one block of 4 MiB. */
const large = syntheticScan({ frameCount: 300, frameSize: 64 });
const scan = syntheticScan({ frameCount: 50, frameSize: 64 });

describe('inflating compressed frames', () => {
  it('gives the frames of a stack larger than its blocks', async () => {
    const path = join(folder, 'large.npz');
    await writeNpz(path, scanMembers(large), { deflate: true });
    const raw = await openScan(path, { memmapDir: join(folder, 'a') });
    const into = new Float32Array(large.diffraction.length);
    await raw.frames.readFrames(
      Int32Array.from({ length: 300 }, (_, i) => i),
      into,
    );
    expectSame(into, large.diffraction);
    await raw.close();
  });

  it('is shared by everybody who opens the same file at once', async () => {
    const path = join(folder, 'shared.npz');
    await writeNpz(path, scanMembers(scan), { deflate: true });
    const memmapDir = join(folder, 'b');
    const scans = await Promise.all(Array.from({ length: 4 }, () => openScan(path, { memmapDir })));
    const into = new Float32Array(64 * 64);
    for (const raw of scans) {
      await raw.frames.readFrames([49], into);
      expectSame(into, scan.diffraction.subarray(49 * 64 * 64));
      await raw.close();
    }
    expect(readdirSync(memmapDir)).toHaveLength(2);
  });

  it('refuses a stack whose checksum is wrong, and leaves nothing behind', async () => {
    const path = join(folder, 'wrong.npz');
    const members = Object.entries(scanMembers(scan)).map(([name, value]) => ({
      name: `${name}.npy`,
      data: writeNpy(value),
      deflate: true,
      ...(name === 'diffraction' && { crc: 1 }),
    }));
    writeFileSync(path, zipBytes(members));
    const memmapDir = join(folder, 'c');
    await expect(openScan(path, { memmapDir })).rejects.toThrow(ZipFormatError);
    await expect(openScan(path, { memmapDir })).rejects.toThrow(/diffraction.npy of the archive is damaged: its checksum/);
    expect(readdirSync(memmapDir)).toEqual([]);
  });

  it('lets processes race for the same cache', async () => {
    const path = join(folder, 'race.npz');
    await writeNpz(path, scanMembers(scan), { deflate: true });
    const memmapDir = join(folder, 'd');
    const program = `import { openScan } from ${JSON.stringify(fileURLToPath(new URL('../../../packages/memmap-bridge/src/open-scan.ts', import.meta.url)))};
const raw = await openScan(${JSON.stringify(path)}, { memmapDir: ${JSON.stringify(memmapDir)} });
const into = new Float32Array(64 * 64);
await raw.frames.readFrames([15], into);
await raw.close();
process.stdout.write(String(into.reduce((a, b) => a + b)));`;
    const run = (): Promise<string> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ['--conditions=@ptychokit/source', '--import=tsx', '--input-type=module', '-e', program]);
        let output = '';
        child.stdout.on('data', (data) => (output += data));
        child.stderr.on('data', (data) => (output += data));
        child.on('close', () => resolve(output));
      });
    const expected = String(scan.diffraction.subarray(15 * 4096, 16 * 4096).reduce((a, b) => a + b));
    expect(await Promise.all([run(), run()])).toEqual([expected, expected]);
    expect(readdirSync(memmapDir)).toHaveLength(2);
  });

  it('stops when it is told to, and leaves nothing behind', async () => {
    const memmapDir = join(folder, 'f');
    const signal = AbortSignal.abort(new Error('stopped by hand'));
    await expect(openScan(join(folder, 'large.npz'), { memmapDir, signal })).rejects.toThrow('stopped by hand');
    expect(readdirSync(memmapDir)).toEqual([]);
  });

  it('keeps the archive readable while it streams from it', async () => {
    const path = join(folder, 'large.npz');
    const npz = await NpzFile.open(path);
    const [x, raw] = await Promise.all([npz.read('xcoords'), openScan(path, { memmapDir: join(folder, 'e') })]);
    expect(x.data).toEqual(large.xcoords);
    await raw.close();
    await npz.close();
  });
});
