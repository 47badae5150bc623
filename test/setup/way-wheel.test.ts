import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadScript, scratchFolder } from './setup-scripts.js';

interface Way {
  build(temporary: string, context: object): Promise<string>;
}
const { wheelWay, TENSORFLOW_VERSION } = await loadScript<{ wheelWay: Way; TENSORFLOW_VERSION: string }>('way-wheel.mjs');

function realPython(): string | undefined {
  try {
    return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

const python = realPython();
let root: string;
let bin: string;

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function build(): Promise<string> {
  const env = { PATH: `${bin}:/usr/bin:/bin`, npm_config_nodedir: root };
  const engine = { folder: join(root, 'engine'), version: '1.0.0', napi: 8, addon: join('lib', 'binding.node') };
  const report = { verbose: false, note() {}, timed: (_: string, work: () => unknown) => work() };
  return wheelWay.build(join(root, 'temporary'), { root, engine, env, report });
}

beforeEach(() => {
  root = scratchFolder();
  bin = join(root, 'bin');
  for (const folder of [bin, join(root, 'temporary'), join(root, 'include', 'node')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(root, 'include', 'node', 'node_api.h'), '');
  program('g++', 'echo "$@" >> "$(dirname "$0")/compiled"; while [ $# -gt 0 ]; do [ "$1" = -o ] && : > "$2"; shift; done');
});

/** A pip whose index offers a wheel only for requests that contain `offered`; the wheel is a real archive of empty files. */
function pipOffering(offered: string): void {
  const wheel = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + '/tensorflow_cpu-9.whl', 'w') as z:
    for name in ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', 'include/tensorflow/c/eager/c_api.h', 'python/big.py']: z.writestr('tensorflow/' + name, '')`;
  writeFileSync(join(bin, 'wheel.py'), wheel);
  program(
    'python3',
    `case "$*" in
*"import pip"*) echo True ;;
*"pip download"*) echo "$@" >> "${bin}/asked"
  case "$*" in *"${offered}"*) "${python}" "${bin}/wheel.py" "$TMPDIR" ;; *) echo "ERROR: No matching distribution found for it" >&2; exit 1 ;; esac ;;
*) exec "${python}" "$@" ;;
esac`,
  );
}

const asked = () => readFileSync(join(bin, 'asked'), 'utf8').trim().split('\n');

describe.runIf(process.platform === 'linux' && process.arch === 'x64' && python !== undefined)('wheelWay', () => {
  it('compiles the addon against the library of the wheel, whatever version python3 is', async () => {
    pipOffering(`tensorflow-cpu==${TENSORFLOW_VERSION}`);
    const entry = await build();
    expect(asked()).toEqual([expect.stringContaining('--python-version=3.11')]);
    const compiled = readFileSync(join(bin, 'compiled'), 'utf8');
    expect(compiled).toMatch(/-DNAPI_VERSION=8 .*tfjs_binding\.cc/);
    expect(compiled).toContain(`-L${join(entry, 'deps', 'lib')} -ltensorflow -ltensorflow_framework -Wl,-rpath,$ORIGIN/../../deps/lib`);
    expect(compiled).toContain(`-I${dirname(join(root, 'include', 'node', 'node_api.h'))}`);
  });

  it('takes the version that the index has where the usual one is not offered', async () => {
    pipOffering('tensorflow-cpu>=');
    await build();
    expect(asked()).toHaveLength(2);
  });

  it('passes on why pip failed', async () => {
    pipOffering('something else');
    await expect(build()).rejects.toMatchObject({
      name: 'WayFailed',
      message: 'pip could not download tensorflow-cpu: No matching distribution found for it',
    });
  });

  it('shows what a failing compiler says', async () => {
    pipOffering('tensorflow-cpu==');
    program('g++', 'echo "fatal error: napi.h"; exit 1');
    await expect(build()).rejects.toMatchObject({ message: 'the addon does not compile', output: 'fatal error: napi.h\n' });
  });
});
