import type { FileHandle } from 'node:fs/promises';
import { memberBytes } from '../npz/member-stream.js';
import type { NpzFile } from '../npz/read.js';
import { type CacheKey, FrameCache, type FrameCacheOptions } from './frame-cache.js';
import { ImageWriter } from './image-writer.js';
import { imageBytes, imageLength, type StackLayout } from './layout.js';
import { TransposeWriter } from './transpose-writer.js';

/** A member that holds a stack, to be brought into the plain layout. */
export interface HydrateOptions extends FrameCacheOptions {
  readonly layout: StackLayout;
  /** Bytes of the member before its data. */
  readonly dataOffset: number;
  /** Stops the inflation; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** Jobs of one process that open the same file at once share one inflation. */
const running = new Map<string, Promise<string>>();

/**
 * Path of a file with the stack of a member in the plain layout (float32, frame after frame), from the cache where it is there.
 * Streams: memory stays bounded whatever the size of the member. Its checksum is verified on the way.
 *
 * @throws FrameCacheError the cache cannot be written
 * @throws ZipFormatError the member is damaged
 */
export function hydrateStack(npz: NpzFile, member: string, options: HydrateOptions): Promise<string> {
  const entry = npz.entry(member);
  const { size, mtimeNs } = npz.file.stamp;
  const key: CacheKey = {
    member,
    crc32: entry.crc32,
    memberSize: entry.size,
    fileSize: size,
    mtimeNs: String(mtimeNs),
    layout: options.layout,
  };
  const bytes = options.layout.count * imageLength(options.layout) * 4;
  const write = (handle: FileHandle): Promise<void> => writeStack(handle, memberBytes(npz.file, entry), options);
  const hydrate = (): Promise<string> => new FrameCache(options).file(key, { bytes, write, source: npz.path });
  if (options.signal !== undefined) return hydrate(); // not shared: it may be stopped
  const id = JSON.stringify([options.folder, key]);
  const started = running.get(id);
  if (started !== undefined) return started;
  const job = hydrate().finally(() => running.delete(id));
  running.set(id, job);
  return job;
}

async function writeStack(handle: FileHandle, source: AsyncIterable<Uint8Array>, options: HydrateOptions): Promise<void> {
  const writer = options.layout.contiguous ? new ImageWriter(handle, options.layout) : new TransposeWriter(handle, options.layout);
  let skip = options.dataOffset;
  let left = options.layout.count * imageBytes(options.layout);
  try {
    for await (const piece of source) {
      options.signal?.throwIfAborted();
      const start = Math.min(skip, piece.length);
      const end = Math.min(piece.length, start + left);
      skip -= start;
      left -= end - start;
      if (end > start) await writer.push(piece.subarray(start, end));
    }
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.finish();
}
