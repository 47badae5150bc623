import { parseNpyHeader } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { stackLayout } from '../../../packages/memmap-bridge/src/stack/layout.js';
import { npyBytes } from '../support/npy-bytes.js';

describe('stackLayout', () => {
  it.each([
    ['C order, frames first', [9, 4, 4], false, 'first', { contiguous: true, transposed: false }],
    ['C order, frames last', [4, 4, 9], false, 'last', { contiguous: false, transposed: false }],
    ['Fortran order, frames first', [9, 4, 4], true, 'first', { contiguous: false, transposed: true }],
    ['Fortran order, frames last', [4, 4, 9], true, 'last', { contiguous: true, transposed: true }],
  ] as const)('knows where the pixels are in %s', (_, shape, fortran, axis, expected) => {
    const header = parseNpyHeader(npyBytes({ descr: '<c16', shape, fortran, data: new Uint8Array(0) }), 'here');
    expect(stackLayout(header, axis)).toEqual({ count: 9, size: 4, components: 2, scalar: 'float64', bigEndian: false, ...expected });
  });

  it('refuses what is no number', () => {
    const header = parseNpyHeader(npyBytes({ descr: '|b1', shape: [9, 4, 4], data: new Uint8Array(0) }), 'here');
    expect(() => stackLayout(header, 'first')).toThrow(/frames of numbers, got bool/);
  });
});
