import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { fixturesDir } from '../support/shared-data.js';

/** One array of a parity archive; complex ones hold real and imaginary parts in turn. */
export interface ParityArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
}

const folder = fixturesDir();

/** Folder of the parity numbers; undefined when they are not on this machine. */
export const parityDir = folder === undefined ? undefined : `${folder}/parity`;

/** All arrays of an archive made by numpy: little-endian, C order, `<c8`, `<f4`, `<f8` or `<i4`. */
export function parityArrays(name: string): Readonly<Record<string, ParityArray>> {
  const members = unzipSync(readFileSync(`${parityDir}/${name}`));
  return Object.fromEntries(Object.entries(members).map(([member, bytes]) => [member.replace(/\.npy$/, ''), arrayOf(bytes)]));
}

/** A JSON file of the parity numbers. */
export function parityJson<T>(name: string): T {
  return JSON.parse(readFileSync(`${parityDir}/${name}`, 'utf8')) as T;
}

function arrayOf(bytes: Uint8Array): ParityArray {
  const start = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  const header = Buffer.from(bytes.subarray(10, start)).toString('latin1');
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const buffer = bytes.slice(start).buffer;
  const data = /<f8/.test(header) ? new Float64Array(buffer) : /<i4/.test(header) ? new Int32Array(buffer) : new Float32Array(buffer);
  return { shape, data };
}
