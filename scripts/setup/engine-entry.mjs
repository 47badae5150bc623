import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineFiles } from './engine-package.mjs';

const MANIFEST = 'ready.json';
const SMALL = 1024 * 1024;

function libcVersion() {
  process.report.excludeNetwork = true;
  const version = process.report.getReport().header.glibcVersionRuntime;
  return version === undefined ? '' : `-glibc${version}`;
}

/** Name of a cache entry: everything that decides whether a ready engine fits here. */
export function entryName(way, { version, napi }) {
  return `${way}-tfjs${version}-napi${napi}-${process.platform}-${process.arch}${libcVersion()}`;
}

function fingerprint(path, bytes) {
  return bytes < SMALL ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined;
}

/** Writes the manifest of a finished engine: last, so that a folder with a manifest is a whole engine. */
export function writeManifest(folder, { addon }, facts) {
  const own = `${realpathSync(folder)}/`;
  const files = engineFiles(folder, addon).map(([path, bytes]) => ({
    path: path.startsWith(own) ? path.slice(own.length) : path,
    bytes,
    sha256: fingerprint(path, bytes),
  }));
  const manifest = { ...facts, node: process.version, created: new Date().toISOString(), files };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** What is wrong with a cache entry; undefined if it is whole. Sizes of all files are compared, contents of the small ones. */
export function whatIsDamaged(folder) {
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  } catch (error) {
    return `its manifest cannot be read (${error.message})`;
  }
  for (const { path, bytes, sha256 } of manifest.files) {
    const full = path.startsWith('/') ? path : join(folder, path);
    const size = statSync(full, { throwIfNoEntry: false })?.size;
    if (size === undefined) return `${path} is missing`;
    if (size !== bytes) return `${path} has ${size} bytes instead of ${bytes}`;
    if (sha256 !== undefined && fingerprint(full, size) !== sha256) return `${path} has other contents`;
  }
  return undefined;
}

/** Moves a finished engine to its place in one step; a damaged one there makes room, a whole one stays and wins. */
export function publishEntry(temporary, place) {
  if (existsSync(place) && whatIsDamaged(place) === undefined) return rmSync(temporary, { recursive: true, force: true });
  discardEntry(place);
  renameSync(temporary, place);
}

/** Removes an entry so that nobody can see it half removed. */
export function discardEntry(place) {
  if (!existsSync(place)) return;
  const doomed = `${place}.discarded-${process.pid}`;
  renameSync(place, doomed);
  rmSync(doomed, { recursive: true, force: true });
}

/** Removes what interrupted set-ups left beside the entries; call only while holding the cache's lock. */
export function removeLeftovers(folder) {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (name.startsWith('.building-') || name.includes('.discarded-')) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
