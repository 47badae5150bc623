import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Licences of the packages whose code is in a bundle.
 *
 * @param {readonly string[]} inputs files of the bundle, relative to `directory`
 * @param {string} directory
 */
export function licencesOf(inputs, directory) {
  const folders = new Set(inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  return [...folders]
    .sort()
    .map((folder) => licenceOf(join(directory, folder)))
    .join('\n');
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE'].map((entry) => join(folder, entry)).find((path) => existsSync(path));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(file, 'utf8').trim();
  return `${name} ${version}\n${'-'.repeat(60)}\n${text}\n`;
}
