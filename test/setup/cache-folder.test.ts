import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

type Env = Readonly<Record<string, string>>;
interface CacheFolder {
  userCache(env: Env): string | undefined;
  readableCaches(root: string, env: Env): string[];
  writableCache(root: string, env: Env): { folder: string; warning?: string };
}
const { userCache, readableCaches, writableCache } = await loadScript<CacheFolder>('cache-folder.mjs');

describe('userCache', () => {
  it.each([
    { env: { XDG_CACHE_HOME: '/c', HOME: '/u' }, folder: '/c/ptychokit' },
    { env: { XDG_CACHE_HOME: 'relative', HOME: '/u' }, folder: '/u/.cache/ptychokit' },
    { env: { HOME: '/u' }, folder: '/u/.cache/ptychokit' },
    { env: { HOME: '' }, folder: undefined },
  ])('is $folder for $env', ({ env, folder }) => {
    expect(userCache(env as Env)).toBe(folder);
  });
});

describe('writableCache', () => {
  it('is the cache of the user, made when it is missing, without traces of the trial', () => {
    const home = scratchFolder();
    expect(writableCache('/clone', { HOME: home })).toEqual({ folder: join(home, '.cache', 'ptychokit') });
    expect(readdirSync(join(home, '.cache', 'ptychokit'))).toEqual([]);
  });

  it('is a folder of the clone, with a warning, where that cannot be written', () => {
    const file = join(scratchFolder(), 'file');
    writeFileSync(file, '');
    const { folder, warning } = writableCache('/clone', { XDG_CACHE_HOME: file });
    expect(folder).toBe('/clone/tmp/ptychokit-cache');
    expect(warning).toMatch(/cannot be written \(ENOTDIR.*this clone keeps its own engine/);
  });
});

describe('readableCaches', () => {
  it("lists those that exist, the user's first", () => {
    const root = scratchFolder();
    const env = { XDG_CACHE_HOME: join(root, 'cache') };
    expect(readableCaches(root, env)).toEqual([]);
    mkdirSync(join(root, 'tmp', 'ptychokit-cache'), { recursive: true });
    mkdirSync(join(root, 'cache', 'ptychokit'), { recursive: true });
    expect(readableCaches(root, env)).toEqual([join(root, 'cache', 'ptychokit'), join(root, 'tmp', 'ptychokit-cache')]);
    expect(existsSync(join(root, 'cache'))).toBe(true);
  });
});
