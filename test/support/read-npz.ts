import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';

/** One member of an archive; complex values are interleaved real and imaginary parts, 64-bit integers become doubles. */
export interface NpzArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: ArrayLike<number>;
}

/** Reads a small fixture archive whole, or only the named members. */
export function readNpz(path: string, ...names: readonly string[]): (name: string) => NpzArray {
  const members = unzipSync(readFileSync(path), { filter: ({ name }) => names.length === 0 || names.includes(name.replace(/\.npy$/, '')) });
  return (name) => {
    const bytes = members[`${name}.npy`];
    if (bytes === undefined) throw new RangeError(`expected ${name} in ${path}, got ${Object.keys(members).join(', ')}`);
    const copy = bytes.slice();
    const { shape, dtype, data } = parse(copy.buffer);
    const numbers = data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : data;
    return { shape, dtype, data: numbers as unknown as ArrayLike<number> };
  };
}
