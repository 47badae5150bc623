import { NpyFormatError, type NpyTypeName, readNpy } from '@ptychokit/memmap-bridge';
import { parse } from 'npyjs';
import { describe, expect, it } from 'vitest';
import { bytesOf, npyBytes } from '../support/npy-bytes.js';

type Numeric = Parameters<typeof bytesOf>[0];

const numeric: [string, NpyTypeName, Numeric, number][] = [
  ['i1', 'int8', Int8Array.of(-1, 2, 3, 4, 5, 127), 1],
  ['i2', 'int16', Int16Array.of(-300, 2, 3, 4, 5, 6), 2],
  ['i4', 'int32', Int32Array.of(-70000, 2, 3, 4, 5, 6), 4],
  ['i8', 'int64', BigInt64Array.of(-(2n ** 40n), 2n, 3n, 4n, 5n, 6n), 8],
  ['u1', 'uint8', Uint8Array.of(255, 2, 3, 4, 5, 6), 1],
  ['u2', 'uint16', Uint16Array.of(65535, 2, 3, 4, 5, 6), 2],
  ['u4', 'uint32', Uint32Array.of(2 ** 32 - 1, 2, 3, 4, 5, 6), 4],
  ['u8', 'uint64', BigUint64Array.of(2n ** 63n, 2n, 3n, 4n, 5n, 6n), 8],
  ['f4', 'float32', Float32Array.of(-1.5, 2, 3, 4, Number.NaN, 6), 4],
  ['f8', 'float64', Float64Array.of(Math.PI, 2, 3, 4, 5, 6), 8],
];

describe('readNpy', () => {
  it.each(numeric)('reads little-endian %s, as npyjs does', (code, type, data) => {
    const bytes = npyBytes({ descr: `<${code}`, shape: [2, 3], data: bytesOf(data) });
    const array = readNpy(bytes);
    expect(array).toEqual({ type, shape: [2, 3], data });
    expect(array.data).toEqual(parse(new Uint8Array(bytes).buffer).data);
    expect((array.data as Numeric).buffer.byteLength).toBe(data.byteLength); // no header and nobody else's bytes in it
  });

  it.each(numeric)('reads big-endian %s', (code, type, data, bigEndian) => {
    expect(readNpy(npyBytes({ descr: `>${code}`, shape: [6], data: bytesOf(data, { bigEndian }) }))).toEqual({ type, shape: [6], data });
  });

  it.each(numeric)('reads Fortran-order %s', (code, type, data) => {
    const array = readNpy(npyBytes({ descr: `<${code}`, shape: [2, 3], fortran: true, data: bytesOf(data) }));
    const [a, b, c, d, e, f] = data as unknown as number[];
    expect(array.type).toBe(type);
    expect([...(array.data as Iterable<unknown>)]).toEqual([a, c, e, b, d, f]);
  });

  it('reads Fortran order of three axes', () => {
    const fortran = Uint8Array.from({ length: 24 }, (_, i) => i); // element (i, j, k) at i + 2 (j + 3 k)
    const { data } = readNpy(npyBytes({ descr: '|u1', shape: [2, 3, 4], fortran: true, data: fortran }));
    const at = (i: number, j: number, k: number): unknown => data[(i * 3 + j) * 4 + k];
    expect([at(0, 0, 0), at(1, 0, 0), at(0, 1, 0), at(0, 0, 1), at(1, 2, 3)]).toEqual([0, 1, 2, 6, 23]);
  });

  it.each([
    ['<c8', 'complex64', Float32Array.of(1, -2, 3, 4), 1],
    ['>c8', 'complex64', Float32Array.of(1, -2, 3, 4), 4],
    ['<c16', 'complex128', Float64Array.of(1, -2, 3, 4), 1],
    ['>c16', 'complex128', Float64Array.of(1, -2, 3, 4), 8],
  ])('reads %s as real and imaginary parts in turn', (descr, type, data, bigEndian) => {
    expect(readNpy(npyBytes({ descr, shape: [2], data: bytesOf(data, { bigEndian }) }))).toEqual({ type, shape: [2], data });
  });

  it('keeps the parts of a complex number together in Fortran order', () => {
    const data = Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40);
    const { data: read } = readNpy(npyBytes({ descr: '<c8', shape: [2, 2], fortran: true, data: bytesOf(data) }));
    expect(read).toEqual(Float32Array.of(1, 10, 3, 30, 2, 20, 4, 40));
  });

  it('reads float16 as float32', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001);
    const data = Float32Array.of(1, -2, 2 ** -24);
    expect(readNpy(npyBytes({ descr: '<f2', shape: [3], data: bytesOf(halves) }))).toEqual({ type: 'float16', shape: [3], data });
    expect(readNpy(npyBytes({ descr: '>f2', shape: [3], data: bytesOf(halves, { bigEndian: 2 }) })).data).toEqual(data);
  });

  it('reads bool as 0 and 1', () => {
    expect(readNpy(npyBytes({ descr: '|b1', shape: [2], data: Uint8Array.of(1, 0) }))).toEqual({
      type: 'bool',
      shape: [2],
      data: Uint8Array.of(1, 0),
    });
  });

  it('reads texts of both kinds and byte orders without their padding', () => {
    const wide = Uint32Array.from('é😀\0b\0\0', (letter) => letter.codePointAt(0) as number);
    expect(readNpy(npyBytes({ descr: '<U3', shape: [2], data: bytesOf(wide) })).data).toEqual(['é😀', 'b']);
    expect(readNpy(npyBytes({ descr: '>U3', shape: [2], data: bytesOf(wide, { bigEndian: 4 }) })).data).toEqual(['é😀', 'b']);
    expect(readNpy(npyBytes({ descr: '|S3', shape: [2], data: new TextEncoder().encode('ab\0\0\0\0') })).data).toEqual(['ab', '']);
    expect(readNpy(npyBytes({ descr: '<U0', shape: [], data: new Uint8Array(0) })).data).toEqual(['']);
  });

  it('shows impossible code points as replacement characters', () => {
    expect(readNpy(npyBytes({ descr: '<U1', shape: [1], data: bytesOf(Uint32Array.of(0x11_0000)) })).data).toEqual(['\ufffd']);
  });

  it('reads an array that starts at an odd byte of its buffer, and copies it', () => {
    const bytes = npyBytes({ descr: '<f8', shape: [2], data: bytesOf(Float64Array.of(1, 2)) });
    const odd = new Uint8Array(bytes.length + 3);
    odd.set(bytes, 3);
    const array = readNpy(odd.subarray(3));
    odd.fill(0);
    expect(array.data).toEqual(Float64Array.of(1, 2));
  });

  it('refuses data that is cut short, and empty texts without number', () => {
    const bytes = npyBytes({ descr: '<f8', shape: [3], data: bytesOf(Float64Array.of(1, 2)) });
    expect(() => readNpy(bytes, 'scan.npz#x')).toThrow(/cut short: 16 of 24 bytes[\s\S]*at: scan.npz#x/);
    expect(() => readNpy(npyBytes({ descr: '<U0', shape: [2 ** 45], data: new Uint8Array(0) }))).toThrow(NpyFormatError);
  });
});
