import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FrameCacheError } from '../errors.js';
import { type CacheManifest, defaultMemmapDir } from './frame-cache.js';
import { isAbandoned, isTemporary } from './temporary-file.js';

/** One inflated stack in the cache, or what is left of one. */
export interface CachedFrames {
  /** Raw file in the cache. */
  readonly path: string;
  readonly bytes: number;
  /** Archive and member the frames are from; undefined where there is no manifest. */
  readonly source: string | undefined;
  /** `partial`: without its manifest, so it will be written again; `in use`: being written by some process now. */
  readonly state: 'complete' | 'partial' | 'in use';
  readonly changed: Date;
}

/** Which cache to look at. */
export interface CacheFolderOptions {
  /** Default: `$XDG_CACHE_HOME/ptychokit/memmap`. */
  readonly memmapDir?: string | undefined;
}

/** Names that the cache gives; nothing else in the folder is touched. */
const RAW = /^[0-9a-f]{32}\.f32$/;
const MANIFEST = /^[0-9a-f]{32}\.json$/;
/** Between the renaming of a raw file and that of its manifest. */
const PUBLISHING_MS = 60_000;

/**
 * What the cache of inflated frames holds, the largest first.
 *
 * @throws FrameCacheError a folder that cannot be read; a missing one is an empty cache
 */
export async function listFrameCache(options: CacheFolderOptions = {}): Promise<CachedFrames[]> {
  const folder = options.memmapDir ?? defaultMemmapDir();
  const found = await Promise.all((await namesIn(folder)).map((name) => describe(folder, name)));
  return found.filter((entry) => entry !== undefined).sort((a, b) => b.bytes - a.bytes || a.path.localeCompare(b.path));
}

/**
 * Empties the cache. Frames are inflated again when they are needed; programs that have them open read on. Files that some process is
 * writing stay.
 *
 * @returns what was removed
 * @throws FrameCacheError a folder that cannot be changed
 */
export async function clearFrameCache(options: CacheFolderOptions = {}): Promise<CachedFrames[]> {
  const folder = options.memmapDir ?? defaultMemmapDir();
  const removed = (await listFrameCache(options)).filter(({ state }) => state !== 'in use');
  const names = await namesIn(folder);
  try {
    // Manifests first: a raw file without one counts as absent.
    for (const name of names.filter((candidate) => MANIFEST.test(candidate))) await rm(join(folder, name), { force: true });
    for (const { path } of removed) await rm(path, { force: true });
  } catch (cause) {
    throw unusable(folder, cause);
  }
  return removed;
}

async function describe(folder: string, name: string): Promise<CachedFrames | undefined> {
  if (!RAW.test(name) && !isTemporary(name)) return undefined;
  const path = join(folder, name);
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) return undefined; // finished or removed by now
  const facts = { path, bytes: stats.size, changed: stats.mtime };
  if (isTemporary(name)) return { ...facts, source: undefined, state: isAbandoned(name, stats.mtime) ? 'partial' : 'in use' };
  const manifest = await readManifest(path.replace(/\.f32$/, '.json'));
  if (manifest === undefined) {
    return { ...facts, source: undefined, state: Date.now() - stats.mtimeMs < PUBLISHING_MS ? 'in use' : 'partial' };
  }
  const source = `${manifest.source}#${manifest.key.member}`;
  return { ...facts, source, state: manifest.bytes === stats.size ? 'complete' : 'partial' };
}

async function readManifest(path: string): Promise<CacheManifest | undefined> {
  try {
    const { source, bytes, key, ...rest } = JSON.parse(await readFile(path, 'utf8')) as CacheManifest;
    return typeof source === 'string' && typeof key.member === 'string' ? { source, bytes, key, ...rest } : undefined;
  } catch {
    return undefined;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unusable(folder, cause);
  }
}

function unusable(folder: string, cause: unknown): FrameCacheError {
  return new FrameCacheError(`The cache of inflated frames cannot be used: ${(cause as Error).message}`, { folder, cause });
}
