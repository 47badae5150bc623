// What is published: npm run pack [folder] makes a tarball of every package there (out/packages).
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePackage } from './publish/bundle-package.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? join(root, 'out/packages'));
mkdirSync(out, { recursive: true });

for (const folder of readdirSync(join(root, 'packages'))) {
  const directory = join(root, 'packages', folder);
  const stage = join(out, 'staged', folder);
  rmSync(stage, { recursive: true, force: true });
  const { files } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  for (const name of ['package.json', ...files.filter((name) => !/^(dist$|!)/.test(name))]) {
    cpSync(join(directory, name), join(stage, name), { recursive: true });
  }
  // Types stay as the compiler wrote them; programs become few files, because a file takes a millisecond to load.
  cpSync(join(directory, 'dist'), join(stage, 'dist'), { recursive: true, filter: (path) => !/\.js(\.map)?$|tsbuildinfo$/.test(path) });
  await bundlePackage({ directory, stage });
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', out], { cwd: stage, stdio: 'inherit' });
}
rmSync(join(out, 'staged'), { recursive: true });
