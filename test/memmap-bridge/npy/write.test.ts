import { type NpyArray, type NpyValue, parseNpyHeader, readNpy, writeNpy } from '@ptychokit/memmap-bridge';
import { parse } from 'npyjs';
import { describe, expect, it } from 'vitest';

describe('writeNpy', () => {
  it.each<[string, NpyValue, NpyArray]>([
    ['a typed array', Float64Array.of(1, 2), { type: 'float64', shape: [2], data: Float64Array.of(1, 2) }],
    ['integers', Uint16Array.of(1, 2), { type: 'uint16', shape: [2], data: Uint16Array.of(1, 2) }],
    ['64-bit integers', BigInt64Array.of(-3n), { type: 'int64', shape: [1], data: BigInt64Array.of(-3n) }],
    ['a number', 2.5, { type: 'float64', shape: [], data: Float64Array.of(2.5) }],
    ['a text', 'é😀', { type: 'str', shape: [], data: ['é😀'] }],
    ['an empty text', '', { type: 'str', shape: [], data: [''] }],
    ['texts', { type: 'str', shape: [2], data: ['a', 'bcd'] }, { type: 'str', shape: [2], data: ['a', 'bcd'] }],
    ['a complex array', { shape: [1, 1], data: Float32Array.of(1, 2) }, { type: 'complex64', shape: [1, 1], data: Float32Array.of(1, 2) }],
    ['bool', { type: 'bool', shape: [2], data: Uint8Array.of(0, 1) }, { type: 'bool', shape: [2], data: Uint8Array.of(0, 1) }],
    ['an empty array', { type: 'int8', shape: [0, 3], data: new Int8Array(0) }, { type: 'int8', shape: [0, 3], data: new Int8Array(0) }],
  ])('writes %s so that it reads back', (_, value, expected) => {
    expect(readNpy(writeNpy(value))).toEqual(expected);
  });

  it('aligns the data and ends the header with a line feed, as numpy does', () => {
    const bytes = writeNpy({ type: 'float32', shape: [2, 1], data: Float32Array.of(1, 2) });
    const { dataOffset, version } = parseNpyHeader(bytes, 'here');
    expect([dataOffset % 64, bytes[dataOffset - 1], version]).toEqual([0, 0x0a, [1, 0]]);
  });

  it('writes what npyjs reads', () => {
    const { data, shape } = parse(new Uint8Array(writeNpy({ type: 'float32', shape: [2, 1], data: Float32Array.of(1, 2) })).buffer);
    expect([data, shape]).toEqual([Float32Array.of(1, 2), [2, 1]]);
  });

  it('writes only the part of the buffer that a view shows', () => {
    expect(readNpy(writeNpy(Int32Array.of(1, 2, 3, 4).subarray(1, 3))).data).toEqual(Int32Array.of(2, 3));
  });

  it('refuses shapes that do not fit, and types that do not belong to the data', () => {
    expect(() => writeNpy({ type: 'float32', shape: [3], data: Float32Array.of(1) })).toThrow(/expected 3 elements/);
    expect(() => writeNpy({ type: 'complex64', shape: [2], data: Float32Array.of(1, 2) })).toThrow(RangeError);
    expect(() => writeNpy({ type: 'float64', shape: [1], data: Float32Array.of(1) })).toThrow(TypeError);
    expect(() => writeNpy({ type: 'float16', shape: [1], data: Float32Array.of(1) })).toThrow(TypeError);
  });
});
