import type { ComplexArray } from '@ptychokit/config';
import { binDetector, cropDetector, type RawData } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { allFrames } from '../support/read-scan.js';
import { rawScan, syntheticScan } from '../support/synthetic-scan.js';

const scan = syntheticScan();

/** Unitary Fourier transform of a square image at frequency (u, v) from the middle, by its definition. */
function farField({ shape, data }: ComplexArray, u: number, v: number): [number, number] {
  const size = shape.at(-1) as number;
  let [re, im] = [0, 0];
  for (let i = 0; i < size * size; i++) {
    const angle = (-2 * Math.PI * (u * (Math.floor(i / size) - size / 2) + v * ((i % size) - size / 2))) / size;
    const [a, b] = [data[2 * i] as number, data[2 * i + 1] as number];
    re += (a * Math.cos(angle) - b * Math.sin(angle)) / size;
    im += (a * Math.sin(angle) + b * Math.cos(angle)) / size;
  }
  return [re, im];
}

describe('cropDetector', () => {
  it('keeps middle pixels, scales positions, and leaves the far field of the probe on them as it was', async () => {
    const raw = rawScan(scan);
    const cropped = cropDetector(raw, 4);
    const frames = await allFrames(cropped);
    for (const [k, row, column] of [
      [0, 0, 0],
      [3, 1, 2],
      [11, 3, 3],
    ] as const)
      expect(frames[k * 16 + row * 4 + column]).toBe(scan.diffraction[k * 64 + (row + 2) * 8 + column + 2]);
    expect(cropped.xcoords).toEqual(scan.xcoords.map((x) => x / 2));
    for (const [u, v] of [
      [-2, -2],
      [0, 0],
      [1, -1],
    ] as const) {
      const [re, im] = farField(cropped.probeGuess, u, v);
      const [full, part] = farField(raw.probeGuess, u, v);
      expect(re).toBeCloseTo(full, 5);
      expect(im).toBeCloseTo(part, 5);
    }
    expect(cropped.objectGuess).toBeUndefined();
    expect(cropped.conversions.at(-1)).toMatch(/objectGuess left out/);
  });

  it('refuses what does not fit', () => {
    expect(() => cropDetector(rawScan(), 10)).toThrow(/No 10 x 10 pixels/);
    expect(() => cropDetector(rawScan(), 5)).toThrow(RangeError);
  });
});

describe('binDetector', () => {
  it('sums counts, and the far field of its probe is that of the middle of each bin', async () => {
    const raw: RawData = rawScan(scan);
    const binned = binDetector(raw, 2);
    const frames = await allFrames(binned);
    const power = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value * value, 0);
    expect(power(frames)).toBeCloseTo(power(scan.diffraction), 2);
    const at = (row: number, column: number): number => scan.diffraction[row * 8 + column] as number;
    expect(frames[0]).toBeCloseTo(Math.hypot(at(0, 0), at(0, 1), at(1, 0), at(1, 1)), 5);
    expect([binned.frameSize, binned.xcoords, binned.objectGuess]).toEqual([4, raw.xcoords, raw.objectGuess]);
    const masked = { shape: [8, 8], data: raw.probeGuess.data.map((value, i) => (isMiddle(Math.floor(i / 2)) ? value : 0)) };
    for (const [u, v] of [
      [0, 0],
      [-2, 1],
    ] as const) {
      const fine = farField(masked, 2 * u + 0.5, 2 * v + 0.5);
      const coarse = farField(binned.probeGuess, u, v);
      expect(Math.hypot(...coarse)).toBeCloseTo(2 * Math.hypot(...fine), 4);
    }
  });

  it('refuses bins that do not divide the frames evenly', () => {
    expect(() => binDetector(rawScan(), 3)).toThrow(/even number of bins of 3/);
    expect(() => binDetector(rawScan(), 8)).toThrow(/--crop/);
  });
});

const isMiddle = (i: number): boolean => {
  const [row, column] = [Math.floor(i / 8), i % 8];
  return row >= 2 && row < 6 && column >= 2 && column < 6;
};
