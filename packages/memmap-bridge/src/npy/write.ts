import type { ComplexArray } from '@ptychokit/config';
import { descrOf, type NpyTypeName } from './dtype.js';
import type { NpyArray, NpyData } from './read.js';

/** What can be written as an array: an array with its type, a complex array, a typed array (one axis), a number or a text (no axis). */
export type NpyValue = NpyArray | ComplexArray | Exclude<NpyData, readonly string[]> | number | string;

const ALIGNMENT = 64;

/** The header of a little-endian, C-order array, NPY version 1.0 (2.0 where it is too long), padded so that the data is aligned. */
export function npyHeaderBytes(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const prefix = text.length + ALIGNMENT + 10 > 0xffff ? 12 : 10;
  const length = Math.ceil((prefix + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, prefix === 10 ? 1 : 2, 0]);
  const view = new DataView(bytes.buffer);
  if (prefix === 10) view.setUint16(8, length - prefix, true);
  else view.setUint32(8, length - prefix, true);
  bytes.set(new TextEncoder().encode(text), prefix);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/**
 * An NPY array as bytes.
 *
 * @throws RangeError a shape that does not fit the data
 * @throws TypeError a type this library does not write (float16)
 */
export function writeNpy(value: NpyValue): Uint8Array {
  const { type, shape, data } = asNpyArray(value);
  const { descr, bytes } = Array.isArray(data)
    ? encodeText(data as readonly string[])
    : encodeNumbers(type, data as Exclude<NpyData, readonly string[]>);
  const elements = shape.reduce((a, b) => a * b, 1);
  const given = type.startsWith('complex') ? data.length / 2 : data.length;
  if (given !== elements) throw new RangeError(`expected ${elements} elements for shape (${shape.join(', ')}), got ${given}`);
  const header = npyHeaderBytes(descr, shape);
  const result = new Uint8Array(header.length + bytes.length);
  result.set(header);
  result.set(bytes, header.length);
  return result;
}

/** The array a value stands for. */
export function asNpyArray(value: NpyValue): NpyArray {
  if (typeof value === 'number') return { type: 'float64', shape: [], data: Float64Array.of(value) };
  if (typeof value === 'string') return { type: 'str', shape: [], data: [value] };
  if (ArrayBuffer.isView(value)) return { type: typeOf(value), shape: [value.length], data: value };
  if ('type' in value) return value;
  return { type: 'complex64', shape: value.shape, data: value.data };
}

function typeOf(data: NpyData): NpyTypeName {
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof BigUint64Array) return 'uint64';
  return data.constructor.name.replace('Array', '').toLowerCase() as NpyTypeName;
}

function encodeNumbers(type: NpyTypeName, data: Exclude<NpyData, readonly string[]>): { descr: string; bytes: Uint8Array } {
  const stored = type === 'bool' ? 'uint8' : type.startsWith('complex') ? (type === 'complex64' ? 'float32' : 'float64') : type;
  if (stored !== typeOf(data)) throw new TypeError(`expected ${type} data in a ${stored} array, got ${data.constructor.name}`);
  return { descr: descrOf(type), bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function encodeText(lines: readonly string[]): { descr: string; bytes: Uint8Array } {
  const codes = lines.map((line) => Array.from(line, (letter) => letter.codePointAt(0) as number));
  const width = codes.reduce((widest, line) => Math.max(widest, line.length), 1);
  const cells = new Uint32Array(lines.length * width);
  codes.forEach((line, i) => {
    cells.set(line, i * width);
  });
  return { descr: `<U${width}`, bytes: new Uint8Array(cells.buffer) };
}
