import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from './run-process.mjs';
import { SetupError } from './setup-error.mjs';
import { readStamp, removeStamp, writeStamp } from './stamp.mjs';

const LIMIT_S = 900;

function packageFolders(root) {
  const folder = join(root, 'packages');
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => existsSync(join(path, 'tsconfig.json')));
}

function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** One text for the state of all sources: paths, sizes and times, not contents. */
export function sourceState(root) {
  const settings = readdirSync(root)
    .filter((name) => /^tsconfig.*\.json$/.test(name))
    .map((name) => join(root, name));
  const own = packageFolders(root).flatMap((folder) => [
    join(folder, 'package.json'),
    join(folder, 'tsconfig.json'),
    ...(existsSync(join(folder, 'src')) ? filesBelow(join(folder, 'src')) : []),
  ]);
  const hash = createHash('sha256');
  for (const path of [...settings, ...own].sort()) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

const isBuilt = (root) => packageFolders(root).every((folder) => existsSync(join(folder, 'dist', 'index.js')));

/** Step 3: the packages compiled, so that the command line and programs outside the workspace can use them. */
export const buildStep = {
  needed: ({ root }) => readStamp(root, 'build')?.sources !== sourceState(root) || !isBuilt(root),
  async run({ root, env, report }) {
    removeStamp(root, 'build');
    const sources = sourceState(root);
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const arguments_ = isBuilt(root) ? ['-b'] : ['-b', '--force'];
    const done = await report.timed('compiling the packages (tsc -b)', () =>
      runProcess(process.execPath, [compiler, ...arguments_], { cwd: root, env, verbose: report.verbose, limit_s: LIMIT_S }),
    );
    if (done.code === 0 && isBuilt(root)) return writeStamp(root, 'build', { sources });
    throw new SetupError('The packages do not compile', {
      tried: [`tsc -b: ${done.stopped ?? `exit ${done.code}`}`],
      fix: 'mend the errors above (npx tsc -b shows them again)',
      output: done.output,
    });
  },
};
