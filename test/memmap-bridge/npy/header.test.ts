import { NpyFormatError, PickledArrayError, parseNpyHeader } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { npyBytes, npyWithHeader } from '../support/npy-bytes.js';

const data = new Uint8Array(0);

describe('parseNpyHeader', () => {
  it.each([1, 2, 3] as const)('reads version %d', (version) => {
    const bytes = npyBytes({ descr: '<f4', shape: [3, 4], version, data });
    expect(parseNpyHeader(bytes, 'here')).toEqual({
      version: [version, 0],
      dtype: { name: 'float32', descr: '<f4', itemSize: 4, bigEndian: false },
      fortranOrder: false,
      shape: [3, 4],
      count: 12,
      dataOffset: bytes.length,
      dataLength: 48,
    });
  });

  it.each([
    ['|b1', 'bool', 1],
    ['<i8', 'int64', 8],
    ['>u2', 'uint16', 2],
    ['=f8', 'float64', 8],
    ['<f2', 'float16', 2],
    ['>c16', 'complex128', 16],
    ['|S7', 'bytes', 7],
    ['<U3', 'str', 12],
    ['<U0', 'str', 0],
  ])('knows element type %s', (descr, name, itemSize) => {
    const { dtype } = parseNpyHeader(npyBytes({ descr, shape: [], data }), 'here');
    expect(dtype).toEqual({ name, descr, itemSize, bigEndian: descr.startsWith('>') });
  });

  it('reads shapes without axes, with empty axes, and keys in any order', () => {
    expect(parseNpyHeader(npyWithHeader("{'shape': (), 'descr': '<f8', 'fortran_order': True}"), 'here')).toMatchObject({
      shape: [],
      count: 1,
      dataLength: 8,
      fortranOrder: true,
    });
    expect(parseNpyHeader(npyBytes({ descr: '<f8', shape: [0, 7], data }), 'here')).toMatchObject({ shape: [0, 7], count: 0 });
  });

  it('never unpickles: dtype O is refused by name, with what to do', () => {
    const pickled = npyBytes({ descr: '|O', shape: [], data: new TextEncoder().encode('cos\nsystem\n') });
    expect(() => parseNpyHeader(pickled, 'scan.npz#_metadata')).toThrow(PickledArrayError);
    expect(() => parseNpyHeader(pickled, 'scan.npz#_metadata')).toThrow(/dtype O[\s\S]*at: scan.npz#_metadata[\s\S]*fix: save it again/);
  });

  it.each([
    ['no magic', new Uint8Array(64), /magic bytes are missing/],
    ['too few bytes', Uint8Array.of(0x93, 0x4e), /ends after 2 bytes/],
    ['a header that is cut', npyBytes({ descr: '<f4', shape: [], data }).subarray(0, 40), /ends within its header/],
    ['version 4', npyBytes({ descr: '<f4', shape: [], data }).map((byte, i) => (i === 6 ? 4 : byte)), /version 4.0 is not known/],
    ['an absurd length', Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 255, 255, 255, 255), /claims 4294967307 bytes/],
    ['text that is no literal', npyWithHeader('{"descr": evil()}'), /no Python literal: expected a literal/],
    ['a literal that is no dictionary', npyWithHeader("('<f4',)"), /no dictionary/],
    ['no descr', npyWithHeader("{'fortran_order': False, 'shape': ()}"), /no `descr`/],
    ['no order', npyWithHeader("{'descr': '<f4', 'shape': ()}"), /no `fortran_order`/],
    ['no shape', npyWithHeader("{'descr': '<f4', 'fortran_order': False}"), /no `shape`/],
    ['a number as shape', npyWithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': 3}"), /no `shape`/],
    ['a negative size', npyWithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"), /no `shape`/],
    ['a structured type', npyWithHeader("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}"), /Structured/],
    ['a type that is not read', npyBytes({ descr: '<f16', shape: [], data }), /'<f16' is not read/],
    ['dates', npyBytes({ descr: '<M8[ns]', shape: [], data }), /'<M8\[ns\]' is not read/],
    ['a shape beyond any file', npyBytes({ descr: '<f8', shape: [2 ** 40, 2 ** 40], data }), /larger than any file/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseNpyHeader(bytes, 'here')).toThrow(NpyFormatError);
    expect(() => parseNpyHeader(bytes, 'here')).toThrow(message);
  });
});
