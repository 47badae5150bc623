import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess } from './run-process.mjs';
import { WayFailed } from './setup-error.mjs';

const SOURCES = ['tfjs_backend', 'tfjs_binding'];
const CAPTURE_SOURCE = fileURLToPath(new URL('./stderr-capture.c', import.meta.url));
const LIMIT_S = 300;

async function compile(compiler, args, { env, verbose }) {
  const done = await runProcess(compiler, args, { env, verbose, limit_s: LIMIT_S });
  if (done.code !== 0)
    throw new WayFailed(`the addon does not compile${done.stopped ? ` (${done.stopped})` : ''}`, { output: done.output });
}

/**
 * Compiles the addon of the engine package against the libraries in `<folder>/deps`, with the flags of its `binding.gyp`.
 *
 * The addon uses nothing of Node but its stable C interface, so a plain compiler call replaces node-gyp and what that needs
 * (make, its own download of headers). Beside it goes the small addon that keeps TensorFlow's start-up notices off the terminal.
 */
export async function buildAddon(folder, { engine, tools, env, verbose }) {
  const addon = join(folder, engine.addon);
  const objects = join(folder, 'objects');
  mkdirSync(dirname(addon), { recursive: true });
  mkdirSync(objects, { recursive: true });
  const common = ['-O2', '-fPIC', '-pthread', `-DNAPI_VERSION=${engine.napi}`, '-DBUILDING_NODE_EXTENSION', `-I${tools.headers}`];
  const cxx = [
    ...common,
    '-std=gnu++17',
    '-fno-rtti',
    '-fno-exceptions',
    `-I${dirname(engine.folder)}`,
    `-I${join(folder, 'deps', 'include')}`,
  ];
  const options = { env, verbose };
  const object = (name) => join(objects, `${name}.o`);
  await Promise.all([
    ...SOURCES.map((name) =>
      compile(tools.compiler, [...cxx, '-c', join(engine.folder, 'binding', `${name}.cc`), '-o', object(name)], options),
    ),
    compile(tools.compiler, [...common, '-x', 'c', CAPTURE_SOURCE, '-shared', '-o', join(dirname(addon), 'stderr_capture.node')], options),
  ]);
  const link = [`-L${join(folder, 'deps', 'lib')}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'];
  await compile(tools.compiler, ['-shared', '-pthread', '-o', addon, ...SOURCES.map(object), ...link], options);
  rmSync(objects, { recursive: true });
}
