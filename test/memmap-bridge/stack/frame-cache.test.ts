import { spawnSync } from 'node:child_process';
import * as files from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FrameCacheError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { type CacheKey, FrameCache, type StackWriter } from '../../../packages/memmap-bridge/src/stack/frame-cache.js';
import type { StackLayout } from '../../../packages/memmap-bridge/src/stack/layout.js';
import { temporaryPath } from '../../../packages/memmap-bridge/src/stack/temporary-file.js';
import { expectSame } from '../support/expect-same.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const root = temporaryFolder();
const content = new Uint8Array(100_000).map((_, i) => i % 251);
const layout: StackLayout = { count: 1, size: 2, components: 1, scalar: 'float32', bigEndian: false, contiguous: true, transposed: false };
const key: CacheKey = { member: 'diffraction', crc32: 1, memberSize: 2, fileSize: 3, mtimeNs: '4', layout };

let folders = 0;
function newCache(options: { files?: Partial<typeof files>; writes?: StackWriter } = {}): {
  folder: string;
  get: (wanted?: CacheKey) => Promise<string>;
  written: () => number;
} {
  const folder = join(root, String(folders++), 'deep');
  let count = 0;
  const write: StackWriter = async (handle) => {
    count++;
    await (options.writes ?? (async (target) => void (await target.writeFile(content))))(handle);
  };
  const cache = new FrameCache({ folder, files: { ...files, ...options.files } });
  return { folder, get: (wanted = key) => cache.file(wanted, { bytes: content.length, write, source: 'scan.npz' }), written: () => count };
}

describe('FrameCache', () => {
  it('writes once and then finds it', async () => {
    const { get, written, folder } = newCache();
    const path = await get();
    expectSame(await files.readFile(path), content);
    expect(await get()).toBe(path);
    expect(written()).toBe(1);
    expect((await files.readdir(folder)).map((name) => name.replace(/^[0-9a-f]{32}/, '*')).sort()).toEqual(['*.f32', '*.json']);
  });

  it.each<[string, CacheKey]>([
    ['member', { ...key, member: 'Y' }],
    ['checksum', { ...key, crc32: 9 }],
    ['size of the member', { ...key, memberSize: 9 }],
    ['size of the file', { ...key, fileSize: 9 }],
    ['time of the file', { ...key, mtimeNs: '9' }],
    ['axis of the frames', { ...key, layout: { ...layout, contiguous: false } }],
  ])('keeps stacks apart that differ in the %s', async (_, other) => {
    const { get, written } = newCache();
    expect(await get(other)).not.toBe(await get());
    expect(written()).toBe(2);
  });

  it.each<[string, (raw: string, manifest: string) => Promise<void>]>([
    ['a cut file', (raw) => files.truncate(raw, 500)],
    ['a file with something behind it', (raw) => files.appendFile(raw, 'x')],
    ['a missing file', (raw) => files.rm(raw)],
    [
      'a file whose start was overwritten',
      async (raw) =>
        files.writeFile(
          raw,
          content.map((byte, i) => (i < 20 ? 0 : byte)),
        ),
    ],
    [
      'a file whose end was overwritten',
      async (raw) =>
        files.writeFile(
          raw,
          content.map((byte, i) => (i > 99_900 ? 0 : byte)),
        ),
    ],
    ['a missing manifest', (_, manifest) => files.rm(manifest)],
    ['a torn manifest', (_, manifest) => files.truncate(manifest, 30)],
    [
      'a manifest of another version',
      async (_, manifest) => files.writeFile(manifest, (await files.readFile(manifest, 'utf8')).replace('"version": 2', '"version": 1')),
    ],
  ])('writes again after %s', async (_, damage) => {
    const { get, written } = newCache();
    const raw = await get();
    await damage(raw, raw.replace('.f32', '.json'));
    expect(await get()).toBe(raw);
    expectSame(await files.readFile(raw), content);
    expect(written()).toBe(2);
  });

  const failing =
    (code: string): (() => Promise<never>) =>
    async () => {
      throw Object.assign(new Error(`${code}: made to fail`), { code });
    };

  it.each<[string, Partial<typeof files> | undefined, StackWriter | undefined, RegExp]>([
    [
      'a full disk while writing',
      undefined,
      async (handle) => {
        await handle.write(content);
        await failing('ENOSPC')();
      },
      /disk is full/,
    ],
    ['an exceeded quota', undefined, failing('EDQUOT'), /disk is full/],
    ['a full disk at the rename', { rename: failing('ENOSPC') }, undefined, /disk is full/],
    ['a folder that may not be made', { mkdir: failing('EACCES') }, undefined, /cannot be written \(EACCES\)/],
    ['a folder that may not be written', { open: failing('EROFS') as never }, undefined, /cannot be written \(EROFS\)/],
  ])('says so at %s and leaves nothing behind', async (_, broken, writes, message) => {
    const { get, folder } = newCache({ ...(broken && { files: broken }), ...(writes && { writes }) });
    await expect(get()).rejects.toThrow(FrameCacheError);
    await expect(get()).rejects.toThrow(message);
    await expect(get()).rejects.toThrow(/fix: name a folder with room \(memmapDir\)/);
    expect(await files.readdir(folder).catch(() => [])).toEqual([]);
  });

  it('leaves nothing behind when the disk is full at the manifest', async () => {
    let renames = 0;
    const rename: typeof files.rename = async (from, to) => (++renames % 2 === 0 ? failing('ENOSPC')() : files.rename(from, to));
    const { get, folder } = newCache({ files: { rename } });
    await expect(get()).rejects.toThrow(/disk is full/);
    expect(await files.readdir(folder)).toEqual([]);
  });

  it('hands on what is not about the cache', async () => {
    const { get, folder } = newCache({ writes: () => Promise.reject(new Error('source damaged')) });
    await expect(get()).rejects.toThrow('source damaged');
    expect(await files.readdir(folder)).toEqual([]);
  });

  it('lets writers race: all get the same bytes', async () => {
    const { folder } = newCache();
    const caches = Array.from({ length: 4 }, () => new FrameCache({ folder }));
    const paths = await Promise.all(
      caches.map((cache) =>
        cache.file(key, { bytes: content.length, write: async (handle) => void (await handle.writeFile(content)), source: 'scan.npz' }),
      ),
    );
    expect(new Set(paths).size).toBe(1);
    expectSame(await files.readFile(paths[0] as string), content);
    expect(await files.readdir(folder)).toHaveLength(2);
  });

  it('removes what dead writers left, of whatever stack, and nothing else', async () => {
    const { get, folder } = newCache();
    const raw = await get();
    const alive = temporaryPath(raw);
    const dead = temporaryPath(join(folder, `${'0'.repeat(32)}.f32`)).replace(`-${process.pid}-`, `-${deadProcess()}-`);
    const elsewhere = `${raw}.00000000-1-${'0'.repeat(36)}.tmp`;
    const abandoned = elsewhere.replace('00000000', '11111111');
    const foreign = join(folder, 'notes.tmp');
    for (const path of [alive, dead, elsewhere, abandoned, foreign]) await files.writeFile(path, 'x');
    for (const path of [abandoned, foreign]) await files.utimes(path, 1e9, 1e9);
    await files.rm(raw);
    await get();
    const left = (await files.readdir(folder)).filter((name) => name.endsWith('.tmp')).sort();
    expect(left).toEqual([alive, elsewhere, foreign].map((path) => basename(path)).sort());
  });

  it('does not fill a disk that has too little room', async () => {
    const statfs = (async () => ({ bavail: 2, bsize: 4096, blocks: 100 })) as unknown as typeof files.statfs;
    const { get, folder, written } = newCache({ files: { statfs } });
    await expect(get()).rejects.toThrow(/disk is full/);
    expect([written(), await files.readdir(folder)]).toEqual([0, []]);
  });
});

/** Number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
