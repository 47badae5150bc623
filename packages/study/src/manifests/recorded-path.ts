import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * How a manifest names a file: relative to the manifest's own directory, with forward slashes, where the file lies under it; absolute
 * otherwise. A directory of results can so be moved or archived as a whole.
 */
export function recordedPath(root: string, path: string): string {
  const inside = relative(resolve(root), resolve(path));
  if (inside === '') return '.';
  const isOutside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return isOutside ? resolve(path) : inside.split(sep).join('/');
}

/** The file that a manifest in directory `root` names. */
export const resolveRecorded = (root: string, recorded: string): string => resolve(root, recorded);
