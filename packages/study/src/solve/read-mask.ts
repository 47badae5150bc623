import { readFile } from 'node:fs/promises';
import { PtychoError } from '@ptychokit/config';
import { readNpy } from '@ptychokit/memmap-bridge';

/** A mask that cannot be used. */
export class MaskError extends PtychoError {
  readonly code = 'MASK';
}

/**
 * Reads detector pixels that do not count from an NPY file `[N, N]`, non-zero where a pixel is bad.
 *
 * @throws MaskError the file is absent, no NPY file, or of another size
 */
export async function readMask(path: string, N: number): Promise<Uint8Array> {
  const fix = `give an NPY file of shape [${N}, ${N}], non-zero where a pixel is bad`;
  let array: ReturnType<typeof readNpy>;
  try {
    array = readNpy(new Uint8Array(await readFile(path)), path);
  } catch (cause) {
    throw new MaskError('The mask cannot be read', { where: path, fix, cause });
  }
  const { shape, data } = array;
  if (shape.length !== 2 || shape[0] !== N || shape[1] !== N) {
    throw new MaskError(`The mask has shape [${shape.join(', ')}], the frames have ${N} x ${N} pixels`, { where: path, fix });
  }
  return Uint8Array.from({ length: N * N }, (_, i) => (Number(data[i]) === 0 ? 0 : 1));
}
