import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateEngine } from '../../packages/trainer/src/engine/engine-location.js';
import { type Running, repository, runSource, scriptUrl } from './setup-scripts.js';

const modules = fileURLToPath(new URL('node_modules', repository));
const location = locateEngine();
/** The libtensorflow that is here. */
export const libtensorflow = location === undefined ? '' : join(location.folder, 'deps');

/** A clone with its dependencies, and the engine package without an engine. */
export function makeClone(root: string): string {
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

/** Only the step of the set-up that brings the engine, in a process of its own. */
export function setUpEngine(root: string, env: Record<string, string>): Running {
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
