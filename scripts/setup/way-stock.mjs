import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import { buildAddon } from './build-addon.mjs';
import { requireTools } from './build-tools.mjs';
import { whyUnreachable } from './probe-host.mjs';
import { runProcess } from './run-process.mjs';
import { WayFailed } from './setup-error.mjs';

const STALL_S = 120;
const SCRIPT = join('scripts', 'install.js');
const GENERATED = new Set(['deps', 'lib', 'build', 'build-tmp-napi-v8']);

/** Where the package's own script would download from: the same settings it reads, else the address written in it. */
export function downloadAddress(folder, env) {
  const named =
    env.TFJS_NODE_BASE_URI ||
    env.npm_config_TFJS_NODE_BASE_URI ||
    env.TFJS_NODE_CDN_STORAGE ||
    env.npm_config_TFJS_NODE_CDN_STORAGE ||
    env.CDN_STORAGE;
  const code = readFileSync(join(folder, SCRIPT), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return named || code.match(/['"`](https?:\/\/[^'"`\s]+)/)?.[1];
}

function copyPackage(engine, place) {
  const generated = (path) => path.startsWith(engine.folder + sep) && GENERATED.has(path.slice(engine.folder.length + 1));
  cpSync(engine.folder, place, { recursive: true, filter: (path) => !generated(path) });
}

async function addMissingAddon(place, { root, engine, env, report, output }) {
  if (existsSync(join(place, engine.addon))) return;
  if (!existsSync(join(place, 'deps', 'lib')) || process.platform !== 'linux') {
    throw new WayFailed('its script ended without an engine', { output });
  }
  const tools = requireTools(['compiler', 'headers'], { root, env });
  await report.timed('compiling the addon', () => buildAddon(place, { engine, tools, env, verbose: report.verbose }));
}

/** The first way, what every user of the package gets: its own install script, run on a copy so that it can fail without traces. */
export const stockWay = {
  title: "the package's own install script",
  name: 'stock',
  async build(temporary, { root, engine, env, report }) {
    const address = downloadAddress(engine.folder, env);
    const reason = address === undefined ? undefined : await whyUnreachable(address, { env });
    if (reason !== undefined) throw new WayFailed(`its download host cannot be reached (${reason})`);
    const place = join(temporary, 'package');
    const modules = join(root, 'node_modules');
    mkdirSync(place);
    copyPackage(engine, place);
    symlinkSync(modules, join(temporary, 'node_modules'), 'dir');
    const path = [join(modules, '.bin'), dirname(process.execPath), env.PATH ?? ''].join(delimiter);
    const done = await report.timed("running the package's own install script", () =>
      runProcess(process.execPath, [SCRIPT], {
        cwd: place,
        env: { ...env, PATH: path },
        verbose: report.verbose,
        stall: { folder: temporary, seconds: STALL_S },
      }),
    );
    if (done.stopped !== undefined) throw new WayFailed(`its script hung: ${done.stopped}`, { output: done.output });
    await addMissingAddon(place, { root, engine, env, report, output: done.output });
    const entry = join(temporary, 'entry');
    mkdirSync(entry);
    for (const part of ['deps', 'lib']) renameSync(join(place, part), join(entry, part));
    return entry;
  },
};
