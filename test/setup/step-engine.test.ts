import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeClone, setUpEngine } from './engine-clones.js';
import { loadScript, scratchFolder } from './setup-scripts.js';

describe('waysFor', () => {
  interface Way {
    readonly title: string;
  }
  it.each([
    { request: 'auto', titles: ["the package's own install script", 'the tensorflow-cpu wheel through pip'] },
    { request: 'stock', titles: ["the package's own install script"] },
    { request: 'wheel', titles: ['the tensorflow-cpu wheel through pip'] },
    { request: 'own/tf', titles: ['the libtensorflow in /start/own/tf'] },
  ])('gives $titles for "$request"', async ({ request, titles }) => {
    const { waysFor } = await loadScript<{ waysFor(request: string, from: string): Way[] }>('step-engine.mjs');
    expect(waysFor(request, '/start').map(({ title }) => title)).toEqual(titles);
  });
});

describe('engineStep', () => {
  it('says what was tried, what is missing and the command that mends it', async () => {
    const folder = scratchFolder();
    const env = { XDG_CACHE_HOME: join(folder, 'cache'), TFJS_NODE_CDN_STORAGE: 'http://127.0.0.1:9/', PATH: folder };
    const { output } = await setUpEngine(makeClone(join(folder, 'clone')), env).ended;
    const message = output.slice(output.indexOf('SetupError'));
    expect(message).toMatch(
      /^SetupError: The TensorFlow engine could not be set up\n {2}tried: the package's own install script: .*127\.0\.0\.1:9/,
    );
    if (process.platform === 'linux' && process.arch === 'x64') {
      expect(message).toContain('missing: g++ (a C++17 compiler), python3\n');
      expect(message).toContain('fix: apt-get install g++ python3 python3-pip (Debian, Ubuntu), then: npm run setup');
    }
    expect(readdirSync(join(folder, 'cache', 'ptychokit', 'engine'))).toEqual([]);
  });

  it('names what a folder lacks that holds no libtensorflow', async () => {
    const folder = scratchFolder();
    const env = { XDG_CACHE_HOME: join(folder, 'cache'), PTYCHOKIT_TENSORFLOW: folder };
    const { output } = await setUpEngine(makeClone(join(folder, 'clone')), env).ended;
    expect(output).toMatch(/holds no libtensorflow: it lacks lib\/libtensorflow\.so\.2/);
  });
});
