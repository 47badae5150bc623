/*
 * npm run test:notebooks [-- name ...]: executes examples/notebooks cell by cell; a cell that fails fails the run.
 *
 * Kernels and Jupyter are installed into tmp/notebooks at the first run; where that is not possible, nothing is run, and it says why.
 * With PTYCHOKIT_REQUIRE_JUPYTER=1 what is left out fails the run too.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jupyterPython, kernels } from './tools.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'examples/notebooks');
const chosen = process.argv.slice(2);

const tools = kernels(join(root, 'tmp/notebooks'));
const python = jupyterPython(join(root, 'tmp/notebooks'));
for (const missing of [tools, python]) if (missing.reason !== undefined) console.log(`left out: ${missing.reason}`);

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder).filter((file) => file.endsWith('.ipynb'))) {
  if (chosen.length > 0 && !chosen.some((part) => name.includes(part))) continue;
  const started = performance.now();
  const result = runNotebook(join(folder, name));
  counts[result] += 1;
  console.log(`${result}: ${name} (${((performance.now() - started) / 1e3).toFixed(0)} s)`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
const required = process.env.PTYCHOKIT_REQUIRE_JUPYTER === '1';
process.exit(counts.failed > 0 || (required && counts.skipped > 0) ? 1 : 0);

function runNotebook(path) {
  const kernel = JSON.parse(readFileSync(path, 'utf8')).metadata.kernelspec.name;
  if (tools.reason !== undefined || (kernel === 'tslab' && python.reason !== undefined)) return 'skipped';
  const command =
    kernel === 'tslab'
      ? [python.path, join(root, 'scripts/notebooks/execute.py'), path]
      : [process.execPath, join(root, 'scripts/notebooks/run-with-ts-node.cjs'), tools.folder, path];
  const env = { ...process.env, JUPYTER_PATH: tools.folder, PYDEVD_DISABLE_FILE_VALIDATION: '1' };
  return spawnSync(command[0], command.slice(1), { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
    ? 'passed'
    : 'failed';
}
