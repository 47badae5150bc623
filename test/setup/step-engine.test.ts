import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { locateEngine } from '../../packages/trainer/src/engine/engine-location.js';
import { eventually, loadScript, type Running, repository, runSource, scratchFolder, scriptUrl } from './setup-scripts.js';

const modules = fileURLToPath(new URL('node_modules', repository));
const location = locateEngine();
const libtensorflow = location === undefined ? '' : join(location.folder, 'deps');
const canCompile = process.platform === 'linux' && existsSync(join(libtensorflow, 'include', 'tensorflow', 'c', 'eager', 'c_api.h'));

const COMPILING = 'setup: compiling the addon ...';
const READY = 'engine ready\n';
const SLOW = 240_000;

/** A clone with its dependencies, and the engine package without an engine. */
function makeClone(root: string): string {
  const own = join(root, 'node_modules');
  const engine = join(own, '@tensorflow', 'tfjs-node');
  mkdirSync(dirname(engine), { recursive: true });
  for (const folder of ['', '@tensorflow']) {
    for (const name of readdirSync(join(modules, folder))) {
      if (name.startsWith('.') || existsSync(join(own, folder, name)) || name === 'tfjs-node') continue;
      symlinkSync(realpathSync(join(modules, folder, name)), join(own, folder, name));
    }
  }
  const generated = new Set(['deps', 'lib', 'build', 'build-tmp-napi-v8']);
  const source = location?.packageFolder ?? '';
  cpSync(source, engine, { recursive: true, filter: (path) => dirname(path) !== source || !generated.has(basename(path)) });
  return root;
}

function setUpEngine(root: string, env: Record<string, string>): Running {
  const source = `import { engineStep } from ${JSON.stringify(scriptUrl('step-engine.mjs'))};
import { createReport } from ${JSON.stringify(scriptUrl('report.mjs'))};
const context = { root: ${JSON.stringify(root)}, env: process.env, report: createReport() };
try {
  if (engineStep.needed(context)) await engineStep.run(context);
  console.log('engine ready');
} catch (error) {
  console.log(error.name + ': ' + error.message);
}`;
  const { PTYCHOKIT_TENSORFLOW: _, INIT_CWD: __, ...rest } = process.env;
  return runSource(source, { ...rest, ...env });
}

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

  it.runIf(canCompile)(
    'builds one engine for two clones at once, also after a killed attempt',
    async () => {
      const folder = scratchFolder();
      const engines = join(folder, 'cache', 'ptychokit', 'engine');
      const clones = ['one', 'two'].map((name) => makeClone(join(folder, name))) as [string, string];
      const env = { XDG_CACHE_HOME: join(folder, 'cache'), PTYCHOKIT_TENSORFLOW: libtensorflow };

      const killed = setUpEngine(clones[0], env);
      await killed.said(COMPILING);
      await eventually(() => readdirSync(engines).some((name) => existsSync(join(engines, name, 'entry', 'objects'))));
      killed.child.kill('SIGKILL');
      await killed.ended;
      expect(readdirSync(engines)).toEqual([expect.stringMatching(/^\.building-/)]);

      const outputs = (await Promise.all(clones.map((clone) => setUpEngine(clone, env).ended))).map(({ output }) => output);
      for (const output of outputs) expect(output).toContain(READY.trim());
      expect(outputs.filter((output) => output.includes(COMPILING))).toHaveLength(1);
      expect(readdirSync(engines)).toEqual([expect.stringMatching(/^directory-.*-tfjs4\./)]);

      const again = await Promise.all(clones.map((clone) => setUpEngine(clone, { XDG_CACHE_HOME: env.XDG_CACHE_HOME }).ended));
      expect(again.map(({ output }) => output)).toEqual([READY, READY]);
    },
    SLOW,
  );
});
