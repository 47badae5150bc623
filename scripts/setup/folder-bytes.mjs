import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes of all files below a folder; links are not followed, and what vanishes meanwhile counts as nothing. */
export function folderBytes(folder) {
  let total = 0;
  let names = [];
  try {
    names = readdirSync(folder, { withFileTypes: true });
  } catch {
    return 0;
  }
  for (const entry of names) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) total += folderBytes(path);
    else if (entry.isFile()) total += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}
