/** How to lay out an array by hand. */
export interface NpyRecipe {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly fortran?: boolean;
  readonly version?: 1 | 2 | 3;
  readonly data: Uint8Array;
}

/** An NPY array whose header says exactly what the recipe says, whatever the data. */
export function npyBytes({ descr, shape, fortran = false, version = 1, data }: NpyRecipe): Uint8Array {
  const tuple = `(${shape.map((size) => `${size},`).join(' ')})`;
  return npyWithHeader(`{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`, { version, data });
}

/** An NPY array with a header of any text. */
export function npyWithHeader(text: string, rest: { version?: number; data?: Uint8Array } = {}): Uint8Array {
  const { version = 1, data = new Uint8Array(0) } = rest;
  const header = new TextEncoder().encode(`${text.padEnd(117)}\n`);
  const length = new DataView(new ArrayBuffer(version === 1 ? 2 : 4));
  if (version === 1) length.setUint16(0, header.length, true);
  else length.setUint32(0, header.length, true);
  return Buffer.concat([Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0), new Uint8Array(length.buffer), header, data]);
}

/** The bytes of numbers, reversed one by one for big-endian arrays. */
export function bytesOf(data: ArrayBufferView, options: { readonly bigEndian?: number } = {}): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const size = options.bigEndian ?? 1;
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return bytes;
}
