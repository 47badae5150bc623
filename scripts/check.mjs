// The one command that says whether the house is in order: format and lint, types, house rules, tests, packages.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = process.execPath;
const bin = (name) => fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));

const STEPS = [
  ['set-up', node, ['scripts/setup.mjs']],
  ['format and lint', bin('biome'), ['ci', '--error-on-warnings', '.']],
  ['types of packages', bin('tsc'), ['-b']],
  ['types of tests, examples and benchmarks', bin('tsc'), ['-p', 'tsconfig.checks.json']],
  ['types of the scripts of the report', bin('tsc'), ['-p', 'packages/study/assets/report']],
  ['house rules', node, ['scripts/check-house.mjs']],
  ['index of the tests', node, ['scripts/test-suite-index.mjs', '--check']],
  ['links and examples of the guides', node, ['scripts/check-docs.mjs']],
  ['tests', bin('vitest'), ['run']],
  ['packages', node, ['scripts/check-packages.mjs']],
];

for (const [title, command, args] of STEPS) {
  const started = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  const seconds = ((performance.now() - started) / 1e3).toFixed(1);
  console.error(`${status === 0 ? '✔' : '✖'} ${title} (${seconds} s)`);
  if (status !== 0) process.exit(status ?? 1);
}
