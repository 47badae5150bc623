import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { adoptEngine, checkEngine, isEngineReady, requestedEngine } from './adopt-engine.mjs';
import { readableCaches, writableCache } from './cache-folder.mjs';
import { attempt, noEngine } from './engine-attempts.mjs';
import { discardEntry, entryName, publishEntry, removeLeftovers, whatIsDamaged, writeManifest } from './engine-entry.mjs';
import { engineFiles, enginePackage } from './engine-package.mjs';
import { withLock } from './lock.mjs';
import { directoryWay } from './way-directory.mjs';
import { stockWay } from './way-stock.mjs';
import { wheelWay } from './way-wheel.mjs';

/** The ways to try for a value of `PTYCHOKIT_TENSORFLOW`: `stock`, `wheel`, a folder, or unset for stock, then wheel. */
export function waysFor(request, from = process.cwd()) {
  if (request === 'auto') return [stockWay, wheelWay];
  if (request === 'stock') return [stockWay];
  if (request === 'wheel') return [wheelWay];
  return [directoryWay(resolve(from, request))];
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
    const facts = await checkEngine('addon', join(entry, engine.addon), context);
    writeManifest(entry, engine, { way: way.name, tfjsNode: engine.version, ...facts });
    publishEntry(entry, place);
    return place;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function adoptReady(ways, engine, context) {
  for (const way of ways) {
    const ready = findReady(way, engine, context);
    if (ready === undefined || context.rejected.has(ready)) continue;
    if (await attempt(`${way.title}, kept in ${ready}`, context.failures, () => adoptEngine(ready, engine, context))) {
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
    if (await attempt(way.title, context.failures, async () => adoptEngine(await build(way, engine, context), engine, context))) return;
    context.report.note(`${way.title}: ${context.failures.at(-1).error.message}`);
  }
  throw noEngine(context);
}

/** Step 2: TensorFlow's C library and the addon that connects it, kept in the user's cache and linked into this clone. */
export const engineStep = {
  needed: (context) => !isEngineReady(context),
  async run(outer) {
    const { root, env, report } = outer;
    const engine = enginePackage(root);
    const context = { ...outer, failures: [], rejected: new Set() };
    const present = requestedEngine(env) === 'auto' && engineFiles(engine.folder, engine.addon) !== undefined;
    if (present && (await attempt('the engine that is installed', context.failures, () => adoptEngine(undefined, engine, context)))) return;
    const ways = waysFor(requestedEngine(env), env.INIT_CWD);
    if (await adoptReady(ways, engine, context)) return;
    const { folder: cache, warning } = writableCache(root, env);
    if (warning !== undefined) report.note(warning);
    const onWait = ({ pid, host }) => report.note(`another set-up (process ${pid} on ${host}) is getting the engine; waiting for it ...`);
    const work = async () =>
      (await adoptReady(ways, engine, context)) || buildFirst(ways, engine, { ...context, engines: join(cache, 'engine') });
    await withLock(join(cache, 'lock'), work, { onWait });
  },
};
