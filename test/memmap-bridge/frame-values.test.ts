import { FrameValueError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { assertCleanFrames, countBadValues } from '../../packages/memmap-bridge/src/frame-values.js';

const LARGEST = 3.4028234663852886e38;
const SMALLEST = 1.401298464324817e-45;

describe('assertCleanFrames', () => {
  const check = (values: Float32Array): void => assertCleanFrames(values, { indices: [4, 9], pixels: 3, path: 'scan.npz#diffraction' });

  it.each([0, -0, 1, SMALLEST, LARGEST])('accepts %d', (value) => {
    check(Float32Array.of(0, 1, value, 2, 3, value));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -SMALLEST])(
    'refuses %d with file, frame and number of pixels',
    (value) => {
      let error: unknown;
      try {
        check(Float32Array.of(0, 1, 2, value, 3, value));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(FrameValueError);
      expect(error).toMatchObject({ code: 'FRAME_VALUES', path: 'scan.npz#diffraction', frameIndex: 9, badPixels: 2 });
      expect((error as Error).message).toMatch(/2 pixels[\s\S]*at: scan.npz#diffraction, frame 9[\s\S]*fix:/);
    },
  );

  it('looks at no more than the frames that were gathered', () => {
    check(Float32Array.of(0, 1, 2, 3, 4, 5, Number.NaN, -1));
  });

  it('finds NaNs of every bit pattern', () => {
    for (const bits of [0x7f80_0001, 0x7fff_ffff, 0xffc0_0000, 0xff80_0001]) {
      const values = new Float32Array(6);
      new Uint32Array(values.buffer)[3] = bits;
      expect(() => check(values)).toThrow(FrameValueError);
    }
  });
});

describe('countBadValues', () => {
  it('counts what no amplitude can be', () => {
    expect(countBadValues(Float32Array.of(0, -0, 1, Number.NaN, -1, Number.POSITIVE_INFINITY, LARGEST))).toBe(3);
  });
});
