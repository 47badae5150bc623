import type { ComplexArray } from '@ptychokit/config';
import type { NpyArray, NpyData } from './read.js';

type Numbers = Exclude<NpyData, readonly string[]>;

/**
 * The elements of a real array as float64.
 *
 * @throws TypeError a complex or text array
 */
export function toFloat64(array: NpyArray): Float64Array {
  const data = realNumbers(array, 'float64');
  return data instanceof Float64Array ? data : fill(new Float64Array(data.length), data);
}

/**
 * The elements of a real array as float32.
 *
 * @throws TypeError a complex or text array
 */
export function toFloat32(array: NpyArray): Float32Array {
  const data = realNumbers(array, 'float32');
  return data instanceof Float32Array ? data : fill(new Float32Array(data.length), data);
}

/**
 * The elements of an integer array as int32.
 *
 * @throws TypeError an array that holds no integers
 * @throws RangeError a number beyond int32
 */
export function toInt32(array: NpyArray): Int32Array {
  const data = realNumbers(array, 'int32');
  if (data instanceof Int32Array) return data;
  if (!isIntegerType(array)) throw new TypeError(`expected integers, got ${array.type}`);
  const result = fill(new Int32Array(data.length), data);
  for (let i = 0; i < data.length; i++) {
    if (result[i] !== Number(data[i])) throw new RangeError(`expected numbers of 32 bits, got ${data[i]} at element ${i}`);
  }
  return result;
}

/**
 * The elements of a complex array as complex64.
 *
 * @throws TypeError an array that is not complex
 */
export function toComplex64(array: NpyArray): ComplexArray {
  if (array.type !== 'complex64' && array.type !== 'complex128') throw new TypeError(`expected complex numbers, got ${array.type}`);
  const data = array.data as Float32Array | Float64Array;
  return { shape: array.shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** True for signed and unsigned integers of any width. */
export function isIntegerType(array: Pick<NpyArray, 'type'>): boolean {
  return array.type.startsWith('int') || array.type.startsWith('uint');
}

function realNumbers(array: NpyArray, wanted: string): Numbers {
  if (Array.isArray(array.data) || array.type.startsWith('complex'))
    throw new TypeError(`expected numbers to convert to ${wanted}, got ${array.type}`);
  return array.data as Numbers;
}

function fill<T extends Float64Array | Float32Array | Int32Array>(target: T, source: Numbers): T {
  for (let i = 0; i < source.length; i++) target[i] = Number(source[i]);
  return target;
}
