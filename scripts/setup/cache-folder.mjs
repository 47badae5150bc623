import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where a user's engines are kept: `$XDG_CACHE_HOME/ptychokit`, else `~/.cache/ptychokit`; undefined without a home folder. */
export function userCache(env = process.env) {
  if (env.XDG_CACHE_HOME !== undefined && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'ptychokit');
  try {
    const home = env.HOME ?? homedir();
    return isAbsolute(home) ? join(home, '.cache', 'ptychokit') : undefined;
  } catch {
    return undefined;
  }
}

/** Stands in for the user's cache where that cannot be written; `/tmp/` of the clone is not tracked. */
export function cloneCache(root) {
  return join(root, 'tmp', 'ptychokit-cache');
}

function whyNotWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    rmdirSync(mkdtempSync(join(folder, '.try-')));
    return undefined;
  } catch (error) {
    return error.message;
  }
}

/** Folders to look for finished engines in, best first. */
export function readableCaches(root, env = process.env) {
  return [userCache(env), cloneCache(root)].filter((folder) => folder !== undefined && existsSync(folder));
}

/** The folder to build engines in, and a `warning` if it is not the user's cache. */
export function writableCache(root, env = process.env) {
  const preferred = userCache(env);
  const reason = preferred === undefined ? 'there is no home folder' : whyNotWritable(preferred);
  if (reason === undefined) return { folder: preferred };
  return {
    folder: cloneCache(root),
    warning: `the cache ${preferred ?? 'of the user'} cannot be written (${reason}); this clone keeps its own engine. Set XDG_CACHE_HOME to share it`,
  };
}
