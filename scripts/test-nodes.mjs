/*
 * npm run test:nodes [-- --node 22 ...] [-- test/path ...]: the tests on every version of Node that is supported.
 *
 * Node comes from the registry, as a package for each platform, into tmp/nodes; no install script is run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './setup/main-job.mjs';

const SUPPORTED = ['20.19', '22', '24'];
const { values, positionals } = parseArgs({ options: { node: { type: 'string', multiple: true } }, allowPositionals: true });

const failed = [];
for (const version of values.node ?? SUPPORTED) {
  const node = nodeOf(version);
  const found = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\n${found}: ${positionals.length === 0 ? 'all tests' : positionals.join(' ')}`);
  const { status } = spawnSync(node, [join(ROOT, 'scripts/test.mjs'), ...positionals], { cwd: ROOT, stdio: 'inherit' });
  console.log(`${found}: ${status === 0 ? 'passed' : 'FAILED'}`);
  if (status !== 0) failed.push(found);
}
if (failed.length > 0) console.error(`failed on ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

/** Path of a Node binary; installs it where it is not there. */
function nodeOf(version) {
  const folder = join(ROOT, 'tmp/nodes', version);
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const binary = join(folder, 'node_modules', name, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node');
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--force'];
  const { status } = spawnSync('npm', [...flags, `${name}@${version}`], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0 && existsSync(binary)) return binary;
  console.error(`Node ${version} cannot be installed as ${name}`);
  process.exit(1);
}
