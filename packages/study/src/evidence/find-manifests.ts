import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../errors.js';
import { manifestKindOf } from '../manifests/manifest-kinds.js';

/** Paths of all manifests under a directory, in alphabetical order; what begins with a dot is left out. @throws UsageError no directory */
export async function findManifests(root: string): Promise<readonly string[]> {
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new UsageError('There is no such directory', { where: root, fix: 'correct the path' });
  return search(root);
}

async function search(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) found.push(...(await search(join(dir, entry.name))));
    else if (manifestKindOf(entry.name) !== undefined) found.push(join(dir, entry.name));
  }
  return found;
}
