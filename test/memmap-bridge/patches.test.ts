import { join } from 'node:path';
import { type ComplexArray, Random } from '@ptychokit/config';
import { extractPatches, NpzFile, toComplex64, toFloat64 } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { fixturesDir } from '../support/shared-data.js';

const random = new Random(0, 'patches');
const object: ComplexArray = { shape: [12, 10], data: Float32Array.from({ length: 240 }, () => random.uniform()) };
const at = (r: number, c: number, part: number): number =>
  r < 0 || c < 0 || r >= 12 || c >= 10 ? 0 : (object.data[2 * (r * 10 + c) + part] as number);

/** One pixel by the formula, bilinear, zeros outside. */
function pixel(y: number, x: number, part: number): number {
  const [r, c] = [Math.floor(y), Math.floor(x)];
  const [fy, fx] = [y - r, x - c];
  return (
    (1 - fy) * ((1 - fx) * at(r, c, part) + fx * at(r, c + 1, part)) + fy * ((1 - fx) * at(r + 1, c, part) + fx * at(r + 1, c + 1, part))
  );
}

describe('extractPatches', () => {
  it('copies pixels at whole positions: patch pixel (N/2, N/2) is the object at the position', () => {
    const { shape, data } = extractPatches(object, { xs: [5], ys: [6], size: 4 });
    expect(shape).toEqual([1, 4, 4]);
    expect([data[2 * (2 * 4 + 2)], data[2 * (2 * 4 + 2) + 1]]).toEqual([at(6, 5, 0), at(6, 5, 1)]);
    expect([data[0], data[1]]).toEqual([at(4, 3, 0), at(4, 3, 1)]);
  });

  it.each([
    ['inside', 5.25, 6.75],
    ['over the top left corner', 0.3, -0.6],
    ['over the bottom right corner', 9.4, 11.9],
    ['far outside', 100, -100],
    ['one row inside', 5, -1.5],
  ])('interpolates %s', (_, x, y) => {
    const { data } = extractPatches(object, { xs: [x], ys: [y], size: 4 });
    for (let r = 0; r < 4; r++)
      for (let c = 0; c < 4; c++)
        for (const part of [0, 1]) expect(data[2 * (4 * r + c) + part]).toBeCloseTo(pixel(y - 2 + r, x - 2 + c, part), 6);
  });

  it('refuses what has no positions', () => {
    expect(() => extractPatches(object, { xs: [1, 2], ys: [1], size: 4 })).toThrow(/as many xs as ys/);
    expect(() => extractPatches({ shape: [240], data: object.data }, { xs: [1], ys: [1], size: 4 })).toThrow(/shape \[H, W\]/);
  });

  it.skipIf(fixturesDir() === undefined)('agrees with the reference program: at the positions, and at its mirrored ones', async () => {
    const npz = await NpzFile.open(join(fixturesDir() as string, 'parity/patches.npz'));
    const whole = toComplex64(await npz.read('object'));
    for (const [prefix, groups, channels] of [
      ['gs1', 10, 1],
      ['gs2', 4, 4],
    ] as const) {
      const positions = toFloat64(await npz.read(`${prefix}_coords_nn`)); // (groups, 1, 2, C)
      const centres = toFloat64(await npz.read(`${prefix}_coords_offsets`)); // (groups, 1, 2, 1)
      const expected = toComplex64(await npz.read(`${prefix}_Y`)).data; // (groups, N, N, C)
      const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      for (let g = 0; g < groups; g++) {
        for (let c = 0; c < channels; c++) {
          const position = (axis: number): number => {
            const value = positions[(2 * g + axis) * channels + c] as number;
            return prefix === 'gs1' ? value : 2 * (centres[2 * g + axis] as number) - value;
          };
          const { data } = extractPatches(whole, { xs: [position(0)], ys: [position(1)], size: 64 });
          let worst = 0;
          for (let i = 0; i < data.length; i++) {
            const theirs = expected[((g * 4096 + (i >> 1)) * channels + c) * 2 + (i & 1)] as number;
            worst = Math.max(worst, Math.abs(theirs - (data[i] as number)));
          }
          expect(worst).toBeLessThan(1e-5 * largest);
        }
      }
    }
    await npz.close();
  });
});
