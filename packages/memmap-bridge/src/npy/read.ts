import { parse } from 'npyjs';
import { NpyFormatError } from '../errors.js';
import type { NpyTypeName } from './dtype.js';
import { scalarSize } from './dtype.js';
import { halfToFloat } from './half.js';
import { type NpyHeader, parseNpyHeader } from './header.js';

/** Elements of an array in C order, little-endian; complex numbers as real and imaginary parts in turn, bool as 0 and 1. */
export type NpyData =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array
  | readonly string[];

/** An array in memory. float16 is held as float32. */
export interface NpyArray {
  readonly type: NpyTypeName;
  readonly shape: readonly number[];
  readonly data: NpyData;
}

/**
 * Reads a whole NPY array (small members; frame stacks are read by position, large members without a second copy).
 *
 * npyjs decodes what it knows. The header is checked first, because npyjs takes one on trust, and our own decoder stands in for big-endian
 * and Fortran-order arrays, text and bool.
 *
 * @param where file and member, for messages
 * @throws NpyFormatError bytes that are no NPY array, or too few of them
 * @throws PickledArrayError dtype `O`
 */
export function readNpy(bytes: Uint8Array, where = 'NPY array'): NpyArray {
  const header = parseNpyHeader(bytes, where);
  const end = header.dataOffset + header.dataLength;
  if (bytes.length < end) {
    throw new NpyFormatError(`The NPY array is cut short: ${bytes.length - header.dataOffset} of ${header.dataLength} bytes of data`, {
      where,
    });
  }
  if (!npyjsReads(header)) return decodeNpy(header, bytes.subarray(header.dataOffset, end));
  const { data } = parse(new Uint8Array(bytes.subarray(0, end)).buffer);
  // A view of everything becomes an array of its own, whose buffer holds its elements and no header.
  return { type: header.dtype.name, shape: header.shape, data: (data as NpyData).slice() };
}

const NUMBERS = /^(int|uint|float|complex)/;

/** npyjs makes views behind the header, which has to end where a number may begin. */
function npyjsReads(header: NpyHeader): boolean {
  const { dtype, dataOffset } = header;
  return NUMBERS.test(dtype.name) && !dtype.bigEndian && !isOutOfOrder(header) && dataOffset % 8 === 0;
}

/** Turns the data bytes of an array into elements in C order. */
export function decodeNpy(header: NpyHeader, data: Uint8Array): NpyArray {
  return decodeOwned(header, isOutOfOrder(header) ? data : new Uint8Array(data));
}

/** {@link decodeNpy} without a copy where the order allows it: `data` becomes the array, and is nobody else's any more. */
export function decodeOwned(header: NpyHeader, data: Uint8Array): NpyArray {
  const { dtype, shape } = header;
  const ordered = isOutOfOrder(header) ? toCOrder(data, header) : wholeBuffer(data);
  if (dtype.bigEndian) swapBytes(ordered, scalarSize(dtype));
  return { type: dtype.name, shape, data: viewAs(header, ordered.buffer) };
}

const isOutOfOrder = ({ fortranOrder, shape }: NpyHeader): boolean => fortranOrder && shape.length > 1;

function wholeBuffer(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = data;
  return buffer instanceof ArrayBuffer && buffer.byteLength === data.byteLength ? new Uint8Array(buffer) : new Uint8Array(data);
}

/** Reverses the bytes of every number in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else if (size === 8) buffer.swap64();
}

/** Copies the elements of a Fortran-order array into C order. */
function toCOrder(source: Uint8Array, { shape, dtype, count }: NpyHeader): Uint8Array<ArrayBuffer> {
  const { itemSize } = dtype;
  const target = new Uint8Array(count * itemSize);
  const strides = shape.map((_, axis) => itemSize * shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const position = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to += itemSize) {
    for (let b = 0; b < itemSize; b++) target[to + b] = source[from + b] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      const stride = strides[axis] as number;
      from += stride;
      if (++(position[axis] as number) < size) break;
      position[axis] = 0;
      from -= size * stride;
    }
  }
  return target;
}

function viewAs({ dtype, count }: NpyHeader, buffer: ArrayBuffer): NpyData {
  switch (dtype.name) {
    case 'int8':
      return new Int8Array(buffer);
    case 'int16':
      return new Int16Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'int64':
      return new BigInt64Array(buffer);
    case 'bool':
    case 'uint8':
      return new Uint8Array(buffer);
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
      return Array.from({ length: count }, (_, i) =>
        text(new Uint8Array(buffer, i * dtype.itemSize, dtype.itemSize), dtype.name === 'str'),
      );
  }
}

/** A fixed-width string without its padding: UCS-4 for `str`, UTF-8 for `bytes`. */
function text(bytes: Uint8Array, wide: boolean): string {
  if (!wide) return new TextDecoder().decode(bytes).replace(/\0+$/, '');
  const codes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let result = '';
  for (let i = 0; i < bytes.length; i += 4) {
    const code = codes.getUint32(i, true);
    result += code > 0x10_ffff ? '\ufffd' : String.fromCodePoint(code);
  }
  return result.replace(/\0+$/, '');
}
