import { Hdf5Error } from '../errors.js';
import type { NpyTypeName } from '../npy/dtype.js';
import { halfToFloat } from '../npy/half.js';
import type { NpyArray, NpyData } from '../npy/read.js';

/** Value of an attribute. Numbers are written as float64, texts as UTF-8 of variable length; typed arrays keep their type. */
export type Hdf5Attribute = string | number | readonly string[] | Int32Array | Float64Array | Float32Array;

/** An attribute with more than one axis. */
export interface Hdf5ArrayAttribute {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** What the library says about the type and shape of a dataset. */
export interface Hdf5Metadata {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly shape: readonly number[] | null;
  readonly chunks: readonly number[] | null;
  readonly compound_type?: { readonly members: readonly { readonly name: string; readonly type: number; readonly size: number }[] };
  readonly enum_type?: { readonly members: Readonly<Record<string, number>> };
}

/** Classes of HDF5 types. */
const CLASS = { integer: 0, float: 1, string: 3, compound: 6, enumeration: 8 } as const;

const DTYPES: Partial<Record<NpyTypeName, string | [string, string][]>> = {
  int8: '<b',
  int16: '<h',
  int32: '<i',
  int64: '<q',
  uint8: '<B',
  uint16: '<H',
  uint32: '<I',
  uint64: '<Q',
  float32: '<f',
  float64: '<d',
  complex64: [
    ['r', '<f'],
    ['i', '<f'],
  ],
  complex128: [
    ['r', '<d'],
    ['i', '<d'],
  ],
  str: 'S',
};

/** True for datasets of texts, fixed or variable length. */
export function isText(metadata: Hdf5Metadata): boolean {
  return metadata.type === CLASS.string;
}

/**
 * The library's name of an element type.
 *
 * @throws TypeError a type that is not written (bool, float16, bytes)
 */
export function hdf5Dtype(type: NpyTypeName): string | [string, string][] {
  const dtype = DTYPES[type];
  if (dtype === undefined) throw new TypeError(`expected a type that HDF5 files are written with, got ${type}`);
  return dtype;
}

/** What the library gives as value of an attribute, as one of ours; undefined where there is none (references, compounds). */
export function attributeOf(value: unknown): Hdf5Attribute | undefined {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (value instanceof Int32Array || value instanceof Float32Array || value instanceof Float64Array) return value;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) return Float64Array.from(value, Number);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Float64Array.from(value as Uint8Array);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  return undefined;
}

/** The element type of a numeric dataset; complex numbers are compounds of `r` and `i`, as h5py writes them. */
export function numericType(metadata: Hdf5Metadata): NpyTypeName | undefined {
  const { type, size, signed } = metadata;
  if (type === CLASS.integer) return `${signed ? '' : 'u'}int${8 * size}` as NpyTypeName;
  if (type === CLASS.float && (size === 2 || size === 4 || size === 8)) return `float${8 * size}` as NpyTypeName;
  if (type === CLASS.enumeration && size === 1) return 'FALSE' in (metadata.enum_type?.members ?? {}) ? 'bool' : 'int8';
  const members = metadata.compound_type?.members ?? [];
  const isComplex =
    members.length === 2 && members[0]?.name === 'r' && members[1]?.name === 'i' && members.every((part) => part.type === CLASS.float);
  if (type === CLASS.compound && isComplex) return size === 8 ? 'complex64' : size === 16 ? 'complex128' : undefined;
  return undefined;
}

/** Turns the bytes of a numeric dataset (little-endian) into an array. */
export function arrayOf(
  metadata: Hdf5Metadata,
  content: { readonly shape: readonly number[]; readonly bytes: Uint8Array<ArrayBuffer> },
): NpyArray {
  const type = numericType(metadata);
  if (type === undefined) throw new Hdf5Error(`Datasets of HDF5 class ${metadata.type} and ${metadata.size} bytes are not read`);
  return { type, shape: content.shape, data: viewOf(type, content.bytes.buffer) };
}

function viewOf(type: NpyTypeName, buffer: ArrayBuffer): NpyData {
  switch (type) {
    case 'int8':
      return new Int8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'uint64':
      return new BigUint64Array(buffer);
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), halfToFloat);
    case 'float32':
    case 'complex64':
      return new Float32Array(buffer);
    case 'float64':
    case 'complex128':
      return new Float64Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}
