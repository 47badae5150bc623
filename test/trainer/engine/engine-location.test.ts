import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineCacheFolder, locateEngine } from '../../../packages/trainer/src/engine/engine-location.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'engine-location-')));
  mkdirSync(join(folder, 'package'));
  const binary = { module_name: 'binding', module_path: './lib/napi-v{napi_build_version}', napi_versions: [3, 8, 99] };
  writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify({ binary }));
});

afterEach(() => rmSync(folder, { recursive: true }));

const locate = () => locateEngine(() => join(folder, 'package', 'package.json'));

describe('locateEngine', () => {
  it('finds nothing where the package is not installed', () => {
    const missing = () => {
      throw new Error('not found');
    };
    expect(locateEngine(missing)).toBeUndefined();
  });

  it('tells where a missing addon belongs, for the newest interface this Node has', () => {
    expect(locate()).toMatchObject({
      hasAddon: false,
      addonPath: join(folder, 'package', 'lib', 'napi-v8', 'binding.node'),
      manifest: undefined,
    });
  });

  it('follows links into the cache and reads the manifest there', () => {
    const entry = join(folder, 'cache', 'engine');
    mkdirSync(join(entry, 'lib', 'napi-v8'), { recursive: true });
    writeFileSync(join(entry, 'lib', 'napi-v8', 'binding.node'), '');
    writeFileSync(join(entry, 'ready.json'), JSON.stringify({ way: 'wheel', tensorflow: '2.21.0', created: 'today' }));
    symlinkSync(join(entry, 'lib'), join(folder, 'package', 'lib'));
    expect(locate()).toEqual({
      packageFolder: join(folder, 'package'),
      folder: entry,
      addonPath: join(entry, 'lib', 'napi-v8', 'binding.node'),
      libraryFolder: join(entry, 'deps', 'lib'),
      hasAddon: true,
      manifest: { way: 'wheel', tensorflow: '2.21.0', created: 'today' },
    });
  });
});

describe('engineCacheFolder', () => {
  it.each([
    { env: { XDG_CACHE_HOME: '/c', HOME: '/u' }, expected: '/c/ptychokit/engine' },
    { env: { XDG_CACHE_HOME: 'relative', HOME: '/u' }, expected: '/u/.cache/ptychokit/engine' },
    { env: { HOME: '/u' }, expected: '/u/.cache/ptychokit/engine' },
  ])('is $expected for $env', ({ env, expected }) => {
    expect(engineCacheFolder(env)).toBe(expected);
  });
});
