// What `npm pack` would ship: publint is content, and every entry point loads from ESM and from CommonJS.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(join(root, 'package.json'));
let failed = false;
const complain = (line) => {
  failed = true;
  console.error(line);
};

for (const folder of readdirSync(join(root, 'packages'))) {
  const directory = join(root, 'packages', folder);
  const { name, exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  try {
    execFileSync(join(root, 'node_modules/.bin/publint'), ['--strict', directory], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    complain(`${name}: ${error.stdout}`);
  }
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const stray = (Array.isArray(packed) ? packed : Object.values(packed))
    .flatMap(({ files }) => files.map(({ path }) => path))
    .filter((path) => /\.test\.|tsbuildinfo|^test\//.test(path));
  if (stray.length > 0) complain(`${name}: would ship ${stray.join(', ')}`);
  for (const entry of Object.keys(exports)) {
    const specifier = name + entry.slice(1);
    if (entry.endsWith('.json')) continue;
    const fromModule = Object.keys(await import(specifier));
    const fromCommonJs = Object.keys(require(specifier)).filter((key) => key !== '__esModule' && key !== 'default');
    if (fromModule.length === 0) complain(`${specifier}: exports nothing`);
    if (fromModule.length !== fromCommonJs.length)
      complain(`${specifier}: require() gives ${fromCommonJs.length} exports, import ${fromModule.length}`);
  }
}
process.exit(failed ? 1 : 0);
