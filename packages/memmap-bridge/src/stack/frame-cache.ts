import { createHash } from 'node:crypto';
import * as nodeFiles from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { FrameCacheError } from '../errors.js';
import type { StackLayout } from './layout.js';
import { isAbandoned, isTemporary, temporaryPath } from './temporary-file.js';

/** The file operations of the cache; a test can let them fail. */
export type CacheFiles = Pick<typeof nodeFiles, 'mkdir' | 'open' | 'readFile' | 'readdir' | 'rename' | 'rm' | 'stat' | 'statfs'>;

/** What a cached stack was made from: the cache is keyed by all of it. */
export interface CacheKey {
  readonly member: string;
  readonly crc32: number;
  readonly memberSize: number;
  readonly fileSize: number;
  readonly mtimeNs: string;
  /** How the member was understood: the same bytes can be frames along the first or the last axis. */
  readonly layout: StackLayout;
}

/** What to put into the cache. */
export interface CachedStack {
  readonly bytes: number;
  readonly write: StackWriter;
  /** File it is made from, for people who look into the cache. */
  readonly source: string;
}

/** Where inflated stacks are kept. */
export interface FrameCacheOptions {
  readonly folder: string;
  readonly files?: CacheFiles;
}

/** What is written beside a stack, last. */
export interface CacheManifest {
  readonly version: number;
  readonly key: CacheKey;
  readonly source: string;
  readonly bytes: number;
  /** Hash of a few blocks spread over the file. */
  readonly sample: string;
}

/** Fills a file with the stack. */
export type StackWriter = (handle: nodeFiles.FileHandle) => Promise<void>;

const VERSION = 2;
const SAMPLE_BLOCKS = 16;
const SAMPLE_LENGTH = 4096;

/** Folder of the cache where the caller names none: `$XDG_CACHE_HOME/ptychokit/memmap`, below `~/.cache` by default. */
export function defaultMemmapDir(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ptychokit', 'memmap');
}

/**
 * Inflated stacks on disk: a raw file each, and a manifest that is written last.
 *
 * A file without a fitting manifest counts as absent and is written again. Every process writes its own temporary file and renames
 * it, and equal keys give equal bytes, so it does not matter who is last.
 */
export class FrameCache {
  readonly #folder: string;
  readonly #files: CacheFiles;

  constructor(options: FrameCacheOptions) {
    this.#folder = options.folder;
    this.#files = options.files ?? nodeFiles;
  }

  /**
   * Path of the raw file for `key`, writing it first where it is not there.
   *
   * @throws FrameCacheError the folder cannot be written; nothing is left behind
   */
  async file(key: CacheKey, stack: CachedStack): Promise<string> {
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
    const raw = join(this.#folder, `${name}.f32`);
    const manifest = join(this.#folder, `${name}.json`);
    await this.#removeAbandoned();
    if (await this.#isIntact({ raw, manifest, key, bytes: stack.bytes })) return raw;
    await this.#guard(() => this.#files.mkdir(this.#folder, { recursive: true }));
    await this.#assertRoom(stack.bytes);
    await this.#publish(raw, stack.write);
    try {
      await this.#writeManifest(manifest, { raw, key, bytes: stack.bytes, source: stack.source });
    } catch (error) {
      await this.#files.rm(raw, { force: true }).catch(() => {});
      throw error;
    }
    return raw;
  }

  async #writeManifest(path: string, entry: { raw: string; key: CacheKey; bytes: number; source: string }): Promise<void> {
    const { raw, key, bytes, source } = entry;
    const sample = await this.#guard(() => this.#sample(raw, bytes));
    const content: CacheManifest = { version: VERSION, key, source, bytes, sample };
    await this.#publish(path, async (handle) => {
      await handle.writeFile(`${JSON.stringify(content, undefined, 1)}\n`);
    });
  }

  async #isIntact(entry: { raw: string; manifest: string; key: CacheKey; bytes: number }): Promise<boolean> {
    try {
      const manifest = JSON.parse(await this.#files.readFile(entry.manifest, 'utf8')) as CacheManifest;
      const sameKey = JSON.stringify(manifest.key) === JSON.stringify(entry.key);
      if (manifest.version !== VERSION || !sameKey || manifest.bytes !== entry.bytes) return false;
      if ((await this.#files.stat(entry.raw)).size !== entry.bytes) return false;
      return manifest.sample === (await this.#sample(entry.raw, entry.bytes));
    } catch {
      return false; // whatever is wrong with it: it is written again
    }
  }

  /** Hash of a few blocks, first and last included: finds torn and overwritten files without reading all of them. */
  async #sample(path: string, bytes: number): Promise<string> {
    const hash = createHash('sha256');
    const handle = await this.#files.open(path, 'r');
    try {
      const block = new Uint8Array(Math.min(SAMPLE_LENGTH, bytes));
      for (let i = 0; i < SAMPLE_BLOCKS; i++) {
        const { bytesRead } = await handle.read(block, 0, block.length, Math.floor(((bytes - block.length) * i) / (SAMPLE_BLOCKS - 1)));
        hash.update(block.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
    return hash.digest('hex');
  }

  /** Writes beside the target, flushes to disk, renames; a failure removes what was written. */
  async #publish(target: string, write: StackWriter): Promise<void> {
    const temporary = temporaryPath(target);
    await this.#guard(async () => {
      try {
        const handle = await this.#files.open(temporary, 'wx+');
        try {
          await write(handle);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await this.#files.rename(temporary, target);
      } catch (error) {
        await this.#files.rm(temporary, { force: true }).catch(() => {});
        throw error;
      }
    });
  }

  /** Removes what killed writers of any stack left: nobody else will, and it may be large. */
  async #removeAbandoned(): Promise<void> {
    for (const file of (await this.#files.readdir(this.#folder).catch(() => [])).filter(isTemporary)) {
      const path = join(this.#folder, file);
      const stats = await this.#files.stat(path).catch(() => undefined);
      if (stats !== undefined && isAbandoned(file, stats.mtime)) await this.#files.rm(path, { force: true }).catch(() => {});
    }
  }

  /** A disk that has no room is not filled first. Some file systems cannot say how much there is; they find out while writing. */
  async #assertRoom(bytes: number): Promise<void> {
    const { bavail, blocks, bsize } = await this.#guard(() => this.#files.statfs(this.#folder));
    if (blocks > 0 && bavail * bsize < bytes)
      throw this.#failure('The disk is full', new Error(`${bavail * bsize} of ${bytes} bytes are free`));
  }

  async #guard<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      if (code === undefined || !/^E[A-Z]+$/.test(code)) throw cause;
      const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
      throw this.#failure(full ? 'The disk is full' : `The folder cannot be written (${code})`, cause);
    }
  }

  #failure(what: string, cause: unknown): FrameCacheError {
    return new FrameCacheError(`${what}: compressed frames must be inflated into a cache before they can be read at random`, {
      folder: this.#folder,
      fix: 'name a folder with room (memmapDir), or store the frames uncompressed: ptychokit prepare <file> <new file>',
      cause,
    });
  }
}
