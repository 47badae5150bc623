import { type NpyArray, toComplex64, toFloat32, toFloat64, toInt32 } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';

const array = (type: NpyArray['type'], data: NpyArray['data']): NpyArray => ({ type, shape: [data.length], data });
const integers = array('int64', BigInt64Array.of(1n, -2n));
const text = array('str', ['a']);
const complex = array('complex128', Float64Array.of(1, 2.5));

describe('conversions of arrays', () => {
  it('widen and narrow real numbers', () => {
    expect(toFloat64(integers)).toEqual(Float64Array.of(1, -2));
    expect(toFloat64(array('float32', Float32Array.of(0.5)))).toEqual(Float64Array.of(0.5));
    expect(toFloat32(array('float64', Float64Array.of(0.1)))).toEqual(Float32Array.of(0.1));
    expect(toInt32(integers)).toEqual(Int32Array.of(1, -2));
    expect(toComplex64({ ...complex, shape: [1] })).toEqual({ shape: [1], data: Float32Array.of(1, 2.5) });
  });

  it('do not copy what has the type already', () => {
    const float64 = Float64Array.of(1);
    const float32 = Float32Array.of(1, 2);
    const int32 = Int32Array.of(1);
    expect(toFloat64(array('float64', float64))).toBe(float64);
    expect(toFloat32(array('float32', float32))).toBe(float32);
    expect(toInt32(array('int32', int32))).toBe(int32);
    expect(toComplex64({ type: 'complex64', shape: [1], data: float32 }).data).toBe(float32);
  });

  it.each([
    ['text to float64', () => toFloat64(text), TypeError],
    ['complex to float32', () => toFloat32(complex), TypeError],
    ['floats to int32', () => toInt32(array('float64', Float64Array.of(1))), TypeError],
    ['bool to int32', () => toInt32(array('bool', Uint8Array.of(1))), TypeError],
    ['a large integer to int32', () => toInt32(array('uint32', Uint32Array.of(2 ** 31))), RangeError],
    ['real to complex', () => toComplex64(integers), TypeError],
  ])('refuse %s', (_, convert, error) => {
    expect(convert).toThrow(error);
  });
});
