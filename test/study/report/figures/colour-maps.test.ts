import { describe, expect, it } from 'vitest';
import { type ColourMap, colourTable } from '../../../../packages/study/src/report/figures/colour-maps.js';

const MAPS: ColourMap[] = ['viridis', 'magma', 'cividis', 'grey', 'phase'];

describe('colourTable', () => {
  it.each(MAPS)('%s has 256 colours without jumps', (map) => {
    const table = colourTable(map);
    expect(table).toHaveLength(768);
    expect(largestStep(table)).toBeLessThan(12);
  });

  it('ends the cyclic map with the colour it starts with', () => {
    const table = colourTable('phase');
    expect([...table.subarray(765)]).toEqual([...table.subarray(0, 3)]);
  });

  it('walks the cyclic map at constant perceptual speed', () => {
    const steps = okLabSteps(colourTable('phase'));
    const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
    // Bytes are coarse, so single steps scatter; sixteen in a row must not.
    for (let i = 0; i + 16 < steps.length; i += 16) {
      const share = steps.slice(i, i + 16).reduce((a, b) => a + b, 0) / (16 * mean);
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThan(1.1);
    }
  });

  it('makes phase zero the lightest and the ends the darkest colour of the cyclic map', () => {
    const lightness = Array.from({ length: 256 }, (_, i) => okLab(colourTable('phase'), i)[0] as number);
    expect(Math.abs(lightness.indexOf(Math.max(...lightness)) - 127.5)).toBeLessThan(8);
    const darkest = lightness.indexOf(Math.min(...lightness));
    expect(Math.min(darkest, 255 - darkest)).toBeLessThan(8);
  });

  it('gives black and white at the ends of grey', () => {
    const table = colourTable('grey');
    expect([...table.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...table.subarray(765)]).toEqual([255, 255, 255]);
  });
});

function largestStep(table: Uint8Array): number {
  let step = 0;
  for (let i = 3; i < table.length; i++) step = Math.max(step, Math.abs((table[i] as number) - (table[i - 3] as number)));
  return step;
}

function okLabSteps(table: Uint8Array): number[] {
  return Array.from({ length: 255 }, (_, i) => {
    const [p, q] = [okLab(table, i), okLab(table, i + 1)];
    return Math.hypot(p[0]! - q[0]!, p[1]! - q[1]!, p[2]! - q[2]!);
  });
}

/** sRGB to OKLab, the way opposite to the one the table was made by. */
function okLab(table: Uint8Array, i: number): number[] {
  const [r, g, b] = [0, 1, 2].map((c) => {
    const v = (table[3 * i + c] as number) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
