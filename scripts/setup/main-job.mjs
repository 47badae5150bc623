import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone these scripts belong to. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const OLDEST = [
  [20, 19],
  [22, 12],
];

/** Why this Node cannot run the library; undefined if it can. */
export function whatIsWrongWithNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const line = OLDEST.find(([own]) => own === major);
  const fits = line === undefined ? major > OLDEST[1][0] : minor >= line[1];
  return fits ? undefined : `Node 20.19 or newer, 22.12 or newer, or 24 is needed; this is ${version}`;
}

/** Sets the clone up, then runs `node <args>` in it; the process ends with that program's exit code. */
export async function setUpAndRun(args) {
  const wrong = whatIsWrongWithNode();
  if (wrong !== undefined) {
    process.stderr.write(`setup: ${wrong}\n`);
    process.exit(1);
  }
  const { setUpForScript } = await import('./run-setup.mjs');
  const code = await setUpForScript(ROOT);
  if (code !== 0 || args === undefined) process.exit(code);
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  process.on('SIGINT', () => {}); // the terminal sends Ctrl-C to the program too, which decides when to end
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('close', (status, signal) => process.exit(status ?? 128 + constants.signals[signal]));
}
