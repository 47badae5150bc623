import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import type { NpzArray } from '../support/read-npz.js';

/** Names of the arrays in an archive; nothing is inflated. */
export function namesIn(path: string): readonly string[] {
  const names: string[] = [];
  unzipSync(readFileSync(path), {
    filter: ({ name }) => {
      names.push(name.replace(/\.npy$/, ''));
      return false;
    },
  });
  return names;
}

/**
 * One array of an archive, row-major whatever the order in the file; complex values as real and imaginary parts in turn.
 *
 * @throws {RangeError} when there is no such array
 */
export function readArray(path: string, name: string): NpzArray {
  const bytes = unzipSync(readFileSync(path), { filter: (member) => member.name === `${name}.npy` })[`${name}.npy`];
  if (bytes === undefined) throw new RangeError(`expected ${name}, got ${namesIn(path).join(', ')}`);
  const { shape, dtype, data, fortranOrder } = parse(bytes.slice().buffer);
  const numbers = data instanceof BigInt64Array || data instanceof BigUint64Array ? Float64Array.from(data, Number) : data;
  const values = numbers as unknown as ArrayLike<number>;
  return { shape, dtype, data: fortranOrder ? rowMajor(values, { shape, parts: dtype.startsWith('c') ? 2 : 1 }) : values };
}

function rowMajor(values: ArrayLike<number>, { shape, parts }: { readonly shape: readonly number[]; readonly parts: 1 | 2 }): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length / parts; i++) {
    let [rest, at, stride] = [i, 0, values.length / parts];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] as number;
      stride /= length;
      at += (rest % length) * stride;
      rest = Math.floor(rest / length);
    }
    for (let part = 0; part < parts; part++) result[i * parts + part] = values[at * parts + part] as number;
  }
  return result;
}
