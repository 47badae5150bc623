import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Identity of a file's content. */
export interface FileDigest {
  /** 64 hex digits, as `sha256sum` prints. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Reads a file through once and digests it. */
export async function digestFile(path: string): Promise<FileDigest> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size };
}
