import { NpyFormatError, PickledArrayError } from '../errors.js';
import { isPickled, type NpyDtype, parseDtype } from './dtype.js';
import { type PythonLiteral, parsePythonLiteral } from './python-literal.js';

/** What the header of an NPY array says. */
export interface NpyHeader {
  readonly version: readonly [major: number, minor: number];
  readonly dtype: NpyDtype;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Elements: the product of the shape. */
  readonly count: number;
  /** Bytes from the start of the array to its first element. */
  readonly dataOffset: number;
  /** Bytes of all elements. */
  readonly dataLength: number;
}

/** No writer makes longer headers; a larger number is a damaged one. */
const MAX_HEADER = 1 << 20;

const MAX_EMPTY = 1 << 20;

/** Bytes that hold every header written in practice: read this much first. */
export const NPY_HEADER_GUESS = 4096;

/**
 * Bytes of magic, version, length and header, from the first bytes of the array (12 are enough).
 *
 * @param where file and member, for messages
 * @throws NpyFormatError no NPY array, an unknown version, or an absurd length
 */
export function npyHeaderLength(bytes: Uint8Array, where: string): number {
  if (bytes.length < 12) throw new NpyFormatError(`The NPY array ends after ${bytes.length} bytes, before its header`, { where });
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  if (magic !== '\x93NUMPY') throw new NpyFormatError('This is no NPY array: the magic bytes are missing', { where });
  const [major, minor] = [bytes[6] as number, bytes[7] as number];
  if (major < 1 || major > 3 || minor !== 0)
    throw new NpyFormatError(`NPY version ${major}.${minor} is not known (1.0, 2.0 and 3.0 are)`, { where });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (length > MAX_HEADER) throw new NpyFormatError(`The NPY header claims ${length} bytes; the file is damaged`, { where });
  return length;
}

/**
 * Reads the header of an NPY array.
 *
 * @param bytes the array, or at least its first `npyHeaderLength` bytes
 * @param where file and member, for messages
 * @throws NpyFormatError anything that is not a header of version 1.0, 2.0 or 3.0, or an element type this library does not read
 * @throws PickledArrayError dtype `O`
 */
export function parseNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  const dataOffset = npyHeaderLength(bytes, where);
  if (bytes.length < dataOffset) throw new NpyFormatError('The NPY array ends within its header', { where });
  const major = bytes[6] as number;
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(major === 1 ? 10 : 12, dataOffset));
  const fields = headerFields(text, where);
  const dtype = headerDtype(fields.get('descr'), where);
  const shape = headerShape(fields.get('shape'), where);
  const fortranOrder = fields.get('fortran_order');
  if (typeof fortranOrder !== 'boolean') throw new NpyFormatError('The NPY header has no `fortran_order` of True or False', { where });
  const count = shape.reduce((product, size) => product * size, 1);
  const dataLength = count * dtype.itemSize;
  // Texts of no length need no bytes, so their number is not bounded by the file.
  if (!Number.isSafeInteger(dataLength) || (dtype.itemSize === 0 && count > MAX_EMPTY))
    throw new NpyFormatError(`The NPY shape (${shape.join(', ')}) is larger than any file`, { where });
  return { version: [major, bytes[7] as number], dtype, fortranOrder, shape, count, dataOffset, dataLength };
}

function headerFields(text: string, where: string): ReadonlyMap<string, PythonLiteral> {
  let literal: PythonLiteral;
  try {
    literal = parsePythonLiteral(text);
  } catch (cause) {
    throw new NpyFormatError(`The NPY header is no Python literal: ${(cause as Error).message}`, { where, cause });
  }
  if (!(literal instanceof Map)) throw new NpyFormatError('The NPY header is no dictionary', { where });
  return literal;
}

function headerDtype(descr: PythonLiteral | undefined, where: string): NpyDtype {
  if (Array.isArray(descr))
    throw new NpyFormatError('Structured NPY arrays are not read', { where, fix: 'save each field as an array of its own' });
  if (typeof descr !== 'string') throw new NpyFormatError('The NPY header has no `descr` string', { where });
  if (isPickled(descr)) {
    throw new PickledArrayError('The array is pickled (dtype O); nothing in this library executes code found in a data file', {
      where,
      fix: 'save it again as a numeric or string array, in Python: np.savez(path, name=np.asarray(value.tolist()))',
    });
  }
  const dtype = parseDtype(descr);
  if (dtype === undefined) throw new NpyFormatError(`NPY element type '${descr}' is not read`, { where });
  return dtype;
}

function headerShape(shape: PythonLiteral | undefined, where: string): readonly number[] {
  const sizes = shape !== null && typeof shape === 'object' && 'tuple' in shape ? shape.tuple : undefined;
  const valid = sizes?.every((size): size is number => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0);
  if (sizes === undefined || !valid || sizes.length > 32)
    throw new NpyFormatError('The NPY header has no `shape` tuple of sizes', { where });
  return sizes as readonly number[];
}
