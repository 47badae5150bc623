import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readableCaches, writableCache } from './cache-folder.mjs';
import { discardEntry, entryName, publishEntry, removeLeftovers, whatIsDamaged, writeManifest } from './engine-entry.mjs';
import { engineFiles, enginePackage } from './engine-package.mjs';
import { linkEngine } from './link-engine.mjs';
import { withLock } from './lock.mjs';
import { runProcess } from './run-process.mjs';
import { SetupError, WayFailed } from './setup-error.mjs';
import { readStamp, removeStamp, writeStamp } from './stamp.mjs';
import { directoryWay } from './way-directory.mjs';
import { stockWay } from './way-stock.mjs';
import { wheelWay } from './way-wheel.mjs';

const CHECK = fileURLToPath(new URL('./check-engine.mjs', import.meta.url));
const CHECK_LIMIT_S = 120;

const requested = (env) => env.PTYCHOKIT_TENSORFLOW || 'auto';

/** The ways to try for a value of `PTYCHOKIT_TENSORFLOW`: `stock`, `wheel`, a folder, or unset for stock, then wheel. */
export function waysFor(request, from = process.cwd()) {
  if (request === 'auto') return [stockWay, wheelWay];
  if (request === 'stock') return [stockWay];
  if (request === 'wheel') return [wheelWay];
  return [directoryWay(resolve(from, request))];
}

function state(engine) {
  return { node: process.version, files: engineFiles(engine.folder, engine.addon) };
}

function isReady({ root, env }) {
  const stamp = readStamp(root, 'engine');
  if (stamp === undefined) return false;
  const { node, files } = state(enginePackage(root));
  const asked = requested(env);
  return (asked === 'auto' || asked === stamp.request) && stamp.node === node && JSON.stringify(stamp.files) === JSON.stringify(files);
}

async function check(kind, place, { env }) {
  const done = await runProcess(process.execPath, [CHECK, kind, place], { env, limit_s: CHECK_LIMIT_S });
  if (done.code === 0) return JSON.parse(done.output.slice(done.output.lastIndexOf('{')));
  const why = done.stopped ?? done.output.split('\n').find((line) => /Error|error:|Illegal/.test(line)) ?? `exit ${done.code}`;
  throw new WayFailed(`it does not load: ${why.trim()}`, { output: done.output });
}

async function adopt(entry, engine, context) {
  removeStamp(context.root, 'engine');
  if (entry !== undefined) linkEngine(entry, engine.folder);
  await check('package', context.root, context);
  writeStamp(context.root, 'engine', { request: requested(context.env), ...state(engine) });
}

function findReady(way, engine, { root, env }) {
  const places = readableCaches(root, env).map((cache) => join(cache, 'engine', entryName(way.name, engine)));
  return places.find((place) => whatIsDamaged(place) === undefined);
}

async function build(way, engine, context) {
  const place = join(context.engines, entryName(way.name, engine));
  if (context.rejected.has(place)) discardEntry(place);
  const temporary = mkdtempSync(join(context.engines, '.building-'));
  try {
    const entry = await way.build(temporary, { ...context, engine });
    const facts = await check('addon', join(entry, engine.addon), context);
    writeManifest(entry, engine, { way: way.name, tfjsNode: engine.version, ...facts });
    publishEntry(entry, place);
    return place;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function attempt(label, failures, work) {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof WayFailed)) throw error;
    failures.push({ label, error });
    return false;
  }
}

function failure(failures) {
  const packages = [...new Set(failures.flatMap(({ error }) => error.packages))];
  const install = packages.length > 0 ? `apt-get install ${packages.join(' ')} (Debian, Ubuntu), then: ` : '';
  return new SetupError('The TensorFlow engine could not be set up', {
    tried: failures.map(({ label, error }) => `${label}: ${error.message}`),
    missing: [...new Set(failures.flatMap(({ error }) => error.missing))],
    fix: `${install}npm run setup; or name a libtensorflow that is here already: PTYCHOKIT_TENSORFLOW=<dir> npm run setup`,
    output: failures.findLast(({ error }) => error.output !== undefined)?.error.output,
  });
}

async function adoptReady(ways, engine, context) {
  for (const way of ways) {
    const ready = findReady(way, engine, context);
    if (ready === undefined || context.rejected.has(ready)) continue;
    if (await attempt(`${way.title}, kept in ${ready}`, context.failures, () => adopt(ready, engine, context))) {
      context.report.note(`TensorFlow engine: ${ready}`);
      return true;
    }
    context.rejected.add(ready);
  }
  return false;
}

async function buildFirst(ways, engine, context) {
  mkdirSync(context.engines, { recursive: true });
  removeLeftovers(context.engines);
  for (const way of ways) {
    if (await attempt(way.title, context.failures, async () => adopt(await build(way, engine, context), engine, context))) return;
    context.report.note(`${way.title}: ${context.failures.at(-1).error.message}`);
  }
  throw failure(context.failures);
}

/** Step 2: TensorFlow's C library and the addon that connects it, kept in the user's cache and linked into this clone. */
export const engineStep = {
  needed: (context) => !isReady(context),
  async run(outer) {
    const { root, env, report } = outer;
    const engine = enginePackage(root);
    const context = { ...outer, failures: [], rejected: new Set() };
    const present = requested(env) === 'auto' && engineFiles(engine.folder, engine.addon) !== undefined;
    if (present && (await attempt('the engine that is installed', context.failures, () => adopt(undefined, engine, context)))) return;
    const ways = waysFor(requested(env), env.INIT_CWD);
    if (await adoptReady(ways, engine, context)) return;
    const { folder: cache, warning } = writableCache(root, env);
    if (warning !== undefined) report.note(warning);
    const onWait = ({ pid, host }) => report.note(`another set-up (process ${pid} on ${host}) is getting the engine; waiting for it ...`);
    const work = async () =>
      (await adoptReady(ways, engine, context)) || buildFirst(ways, engine, { ...context, engines: join(cache, 'engine') });
    await withLock(join(cache, 'lock'), work, { onWait });
  },
};
