import type { FileHandle } from 'node:fs/promises';

/** Writes all of a view at a position; one call of the system may write less than it was given. */
export async function writeFully(handle: Pick<FileHandle, 'write'>, piece: { data: ArrayBufferView; position: number }): Promise<void> {
  const { data, position } = piece;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Reads all of a view from a position; one call of the system may read less than it was asked for. */
export async function readFully(handle: Pick<FileHandle, 'read'>, piece: { into: Uint8Array; position: number }): Promise<void> {
  const { into, position } = piece;
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new RangeError(`expected ${into.length} bytes at ${position}, got ${done}`);
    done += bytesRead;
  }
}
