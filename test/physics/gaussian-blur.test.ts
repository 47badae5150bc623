import { Random } from '@ptychokit/config';
import { gaussianBlur } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

const total = (data: Float64Array): number => data.reduce((a, b) => a + b, 0);

describe('gaussianBlur', () => {
  it('turns a point into a Gaussian of the given width', () => {
    const data = new Float64Array(41 * 31);
    data[20 * 31 + 15] = 1;
    const blurred = gaussianBlur({ height: 41, width: 31, data }, 2).data;
    expect(total(blurred)).toBeCloseTo(1, 12);
    const at = (row: number, column: number): number => blurred[row * 31 + column] as number;
    expect(at(20, 18) / at(20, 15)).toBeCloseTo(Math.exp(-9 / 8), 10);
    expect(at(24, 15) / at(20, 15)).toBeCloseTo(Math.exp(-16 / 8), 10);
    expect(at(24, 18)).toBeCloseTo((at(24, 15) * at(20, 18)) / at(20, 15), 12);
    expect(at(20, 15 + 9)).toBe(0); // cut at four sigma
  });

  it('keeps the sum at the edges and with kernels wider than the image', () => {
    const random = new Random(1);
    const data = Float64Array.from({ length: 7 * 5 }, () => random.uniform());
    for (const sigma of [0.5, 3, 10]) expect(total(gaussianBlur({ height: 7, width: 5, data }, sigma).data)).toBeCloseTo(total(data), 10);
  });

  it('returns a copy for sigma 0 and refuses negative ones', () => {
    const map = { height: 1, width: 2, data: Float64Array.of(1, 2) };
    const copy = gaussianBlur(map, 0);
    expect(copy).toEqual(map);
    expect(copy.data).not.toBe(map.data);
    expect(() => gaussianBlur(map, -1)).toThrow(/sigma of at least 0/);
  });
});
