import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddon } from './build-addon.mjs';
import { requireTools } from './build-tools.mjs';
import { linkLibraryNames, locateTensorflow } from './locate-tensorflow.mjs';
import { runProcess } from './run-process.mjs';
import { WayFailed } from './setup-error.mjs';

/** The version measured and tested with; another one is taken only where an index does not offer it. */
export const TENSORFLOW_VERSION = '2.21.0';

const UNPACK = fileURLToPath(new URL('./unpack-wheel.py', import.meta.url));
const NEEDED_BYTES = 1.6e9;
const STALL_S = 60;
const UNPACK_LIMIT_S = 600;

/** The library is the same for every Python, so a fixed tag serves whatever version `python3` is. */
const REQUESTS = [
  [
    `tensorflow-cpu==${TENSORFLOW_VERSION}`,
    '--implementation=cp',
    '--python-version=3.11',
    '--abi=cp311',
    '--platform=manylinux_2_27_x86_64',
  ],
  ['tensorflow-cpu>=2.16'],
];

function lastLine(text) {
  const errors = text.split('\n').filter((line) => line.startsWith('ERROR'));
  return (errors.at(-1) ?? text.trim().split('\n').at(-1) ?? '').replace(/^ERROR: /, '');
}

async function downloadWheel(folder, { python, env, verbose }) {
  const fixed = ['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--only-binary=:all:'];
  const patience = ['--retries=1', '--timeout=15'];
  const pipEnv = { ...env, TMPDIR: folder, PIP_REQUIRE_VIRTUALENV: '0', PYTHONUNBUFFERED: '1' };
  let done;
  for (const request of REQUESTS) {
    const args = [...fixed, ...patience, '--progress-bar=off', '-d', folder, ...request];
    done = await runProcess(python, args, { cwd: folder, env: pipEnv, verbose, stall: { folder, seconds: STALL_S } });
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (done.code === 0 && wheel !== undefined) return join(folder, wheel);
  }
  throw new WayFailed(`pip could not download tensorflow-cpu: ${done.stopped ?? lastLine(done.output)}`, { output: done.output });
}

function requireSpace(folder) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= NEEDED_BYTES) return;
  const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free in ${folder}`;
  throw new WayFailed(`needs ${NEEDED_BYTES / 1e9} GB of disk, there are ${free}`, { missing: ['disk space'] });
}

/** The second way: the C library out of Python's `tensorflow-cpu` wheel, and the addon compiled against it. Linux x64 only. */
export const wheelWay = {
  title: 'the tensorflow-cpu wheel through pip',
  name: `wheel${TENSORFLOW_VERSION}`,
  async build(temporary, { root, engine, env, report }) {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new WayFailed('only for Linux x64');
    const tools = requireTools(['python', 'compiler', 'headers'], { root, env });
    requireSpace(temporary);
    const download = join(temporary, 'download');
    const entry = join(temporary, 'entry');
    mkdirSync(download);
    mkdirSync(join(entry, 'deps', 'lib'), { recursive: true });
    const options = { env, verbose: report.verbose };
    const wheel = await report.timed('downloading tensorflow-cpu with pip', () =>
      downloadWheel(download, { ...options, python: tools.python }),
    );
    await report.timed('unpacking it', async () => {
      const done = await runProcess(tools.python, [UNPACK, wheel, download], { ...options, limit_s: UNPACK_LIMIT_S });
      if (done.code !== 0) throw new WayFailed(`the wheel cannot be unpacked: ${lastLine(done.output)}`, { output: done.output });
    });
    adoptLibraries(locateTensorflow(download), join(entry, 'deps'));
    rmSync(download, { recursive: true });
    await report.timed('compiling the addon', () => buildAddon(entry, { ...options, engine, tools }));
    return entry;
  },
};

function adoptLibraries({ main, framework, include }, deps) {
  const lib = join(deps, 'lib');
  for (const library of [main, framework]) renameSync(library, join(lib, basename(library)));
  renameSync(include, join(deps, 'include'));
  linkLibraryNames(lib, { main, framework }, basename);
}
