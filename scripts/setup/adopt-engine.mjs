import { fileURLToPath } from 'node:url';
import { engineFiles, enginePackage } from './engine-package.mjs';
import { linkEngine } from './link-engine.mjs';
import { runProcess } from './run-process.mjs';
import { WayFailed } from './setup-error.mjs';
import { readStamp, removeStamp, writeStamp } from './stamp.mjs';

const CHECK = fileURLToPath(new URL('./check-engine.mjs', import.meta.url));
const CHECK_LIMIT_S = 120;

/** The engine asked for: `auto`, `stock`, `wheel` or a folder. */
export const requestedEngine = (env) => env.PTYCHOKIT_TENSORFLOW || 'auto';

function state(engine) {
  return { node: process.version, files: engineFiles(engine.folder, engine.addon) };
}

/** True when the engine that was last seen to work is still there, unchanged, and the one asked for. */
export function isEngineReady({ root, env }) {
  const stamp = readStamp(root, 'engine');
  if (stamp === undefined) return false;
  const { node, files } = state(enginePackage(root));
  const asked = requestedEngine(env);
  return (asked === 'auto' || asked === stamp.request) && stamp.node === node && JSON.stringify(stamp.files) === JSON.stringify(files);
}

/** Loads an engine in a process of its own and computes with it; throws {@link WayFailed} if that fails. */
export async function checkEngine(kind, place, { env }) {
  const done = await runProcess(process.execPath, [CHECK, kind, place], { env, limit_s: CHECK_LIMIT_S });
  const answer = /^\{"tensorflow":.*\}$/m.exec(done.output)?.[0];
  if (done.code === 0 && answer !== undefined) return JSON.parse(answer);
  const why = done.stopped ?? done.output.split('\n').find((line) => /Error|error:|Illegal/.test(line)) ?? `exit ${done.code}`;
  throw new WayFailed(`it does not load: ${why.trim()}`, { output: done.output });
}

/** Makes this clone use an engine, the installed one if `entry` is undefined, and records it once it has been seen to work. */
export async function adoptEngine(entry, engine, context) {
  removeStamp(context.root, 'engine');
  if (entry !== undefined) linkEngine(entry, engine.folder);
  await checkEngine('package', context.root, context);
  writeStamp(context.root, 'engine', { request: requestedEngine(context.env), ...state(engine) });
}
