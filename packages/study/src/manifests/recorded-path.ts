import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/** How a path is recorded. */
export interface RecordedPathOptions {
  /** A directory that is moved or archived as a whole: files below it are named relative to the manifest, with `..` where need be. */
  readonly within?: string | undefined;
}

/**
 * How a manifest names a file: relative to the manifest's own directory, with forward slashes, where the file lies under it or both lie
 * under `within`; absolute otherwise. A directory of results can so be moved or archived as a whole.
 */
export function recordedPath(root: string, path: string, { within }: RecordedPathOptions = {}): string {
  const inside = relative(resolve(root), resolve(path));
  if (inside === '') return '.';
  const movesAlong = within !== undefined && isUnder(within, root) && isUnder(within, path);
  return isUnder(root, path) || movesAlong ? inside.split(sep).join('/') : resolve(path);
}

/** The file that a manifest in directory `root` names. */
export const resolveRecorded = (root: string, recorded: string): string => resolve(root, recorded);

/** The deepest directory that holds all paths; undefined where they have nothing but the root of the disk in common. */
export function commonDirectory(paths: readonly string[]): string | undefined {
  let common = resolve(paths[0] ?? '.');
  while (!paths.every((path) => isUnder(common, path))) common = dirname(common);
  return common === dirname(common) ? undefined : common;
}

/** The directory in which the parts of a study lie side by side, to be moved as a whole; undefined where they lie apart. */
export function studyDirectory(parts: readonly string[]): string | undefined {
  const [parent, ...others] = new Set(parts.map((part) => dirname(resolve(part))));
  return others.length === 0 ? parent : undefined;
}

/** A text whose paths below a directory are written relative to it. */
export const withPathsFrom = (within: string | undefined, text: string): string =>
  within === undefined ? text : text.replaceAll(`${resolve(within)}${sep}`, '');

function isUnder(dir: string, path: string): boolean {
  const inside = relative(resolve(dir), resolve(path));
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}
