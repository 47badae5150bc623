// House rules that no linter knows. Each rule takes the tracked files and returns lines that break it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boundaries } from './house/boundaries.mjs';
import { fileShape } from './house/file-shape.mjs';
import { mirroredTests } from './house/mirrored-tests.mjs';
import { wording } from './house/wording.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const BINARY = /\.(png|npz|npy|h5|ico|ttf|woff2?)$/;
const names = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
const files = names
  .split('\n')
  .filter((name) => name !== '' && name !== 'package-lock.json' && !BINARY.test(name))
  .flatMap((path) => {
    try {
      return [{ path, text: readFileSync(`${root}/${path}`, 'utf8') }];
    } catch {
      return []; // removed, not committed yet
    }
  });

const broken = [fileShape, boundaries, mirroredTests, wording].flatMap((rule) => rule(files));
for (const line of broken) console.error(line);
if (broken.length > 0) {
  console.error(`${broken.length} places break the house rules`);
  process.exit(1);
}
