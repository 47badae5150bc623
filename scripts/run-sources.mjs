import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a TypeScript program of this repository on the live sources, after set-up; returns its exit code. */
export function runSources(program, args) {
  const setup = spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: root, stdio: 'inherit' });
  if (setup.status !== 0) return setup.status ?? 1;
  const options = ['--import', 'tsx', '--conditions=@ptychokit/source', program, ...args];
  const env = { TF_CPP_MIN_LOG_LEVEL: '3', ...process.env };
  return spawnSync(process.execPath, options, { cwd: root, stdio: 'inherit', env }).status ?? 1;
}
