// What executes notebooks: Jupyter's client, from the machine or from pip, and two ways to run TypeScript cells, from npm.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = ['tslab@1.0.22', 'ts-node@10.9.2'];
const CLIENT = 'nbclient>=0.10,<1';

/** Installs the kernels below `folder` and says where, or why they are not there. */
export function kernels(folder) {
  mkdirSync(join(folder, 'kernels/tslab'), { recursive: true });
  const tslab = join(folder, 'node_modules/tslab/bin/tslab');
  if (!existsSync(tslab) || !existsSync(join(folder, 'node_modules/ts-node'))) {
    writeFileSync(join(folder, 'package.json'), '{ "name": "notebook-kernels", "private": true }\n');
    // No install script is run: the messaging library of the kernel comes compiled.
    const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--no-save'];
    const { status, stderr } = run('npm', [...flags, ...PACKAGES], { cwd: folder });
    if (status !== 0) return { reason: `the kernels cannot be installed: ${lastLine(stderr)}` };
  }
  const spec = {
    argv: [process.execPath, tslab, 'kernel', '--config-path={connection_file}'],
    display_name: 'TypeScript',
    language: 'typescript',
  };
  writeFileSync(join(folder, 'kernels/tslab/kernel.json'), `${JSON.stringify(spec)}\n`);
  return { folder };
}

/** A Python that has Jupyter's client, or why there is none. `PTYCHOKIT_PYTHON` names one. */
export function jupyterPython(folder) {
  const own = join(folder, 'venv/bin/python3');
  for (const path of [process.env.PTYCHOKIT_PYTHON, 'python3', own]) if (path !== undefined && hasClient(path)) return { path };
  if (run('python3', ['--version']).status !== 0) return { reason: 'there is no python3' };
  const made = run('python3', ['-m', 'venv', join(folder, 'venv')]);
  if (made.status !== 0) return { reason: `python3 makes no virtual environment: ${lastLine(made.stdout + made.stderr)}` };
  const installed = run(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '0', CLIENT]);
  return hasClient(own) ? { path: own } : { reason: `Jupyter is not to be had: ${lastLine(installed.stderr)}` };
}

const hasClient = (python) => run(python, ['-c', 'import nbclient']).status === 0;

const run = (program, args, options = {}) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...options });
  return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
};

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';
