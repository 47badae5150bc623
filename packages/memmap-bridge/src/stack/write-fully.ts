import type { FileHandle } from 'node:fs/promises';

/** Writes all of a view at a position; one call of the system may write less than it was given. */
export async function writeFully(handle: Pick<FileHandle, 'write'>, view: ArrayBufferView, position: number): Promise<void> {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
