import { Random } from '@ptychokit/config';
import { fermatScan, givenScan, jitteredRasterScan, rasterScan, scanArea } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

const area = { left: 32, top: 40, right: 132, bottom: 100 };
const inArea = (x: Float64Array, y: Float64Array): boolean =>
  x.every((value) => value >= area.left && value <= area.right) && y.every((value) => value >= area.top && value <= area.bottom);

describe('scanArea', () => {
  it('keeps whole patches and their sub-pixel taps inside the object', () => {
    expect(scanArea({ height: 100, width: 200 }, 64)).toEqual({ left: 32, top: 32, right: 167, bottom: 67 });
  });

  it('needs an object larger than a patch', () => {
    expect(() => scanArea({ height: 64, width: 200 }, 64)).toThrow(/larger than the patches of 64 pixels, got 64 x 200/);
  });
});

describe('rasterScan', () => {
  it('runs line by line through the middle of the area', () => {
    const { x, y, nominalX } = rasterScan({ area, step: 30 });
    expect([...x.slice(0, 5)]).toEqual([37, 67, 97, 127, 37]);
    expect([...new Set(y)]).toEqual([40, 70, 100]);
    expect(x.length).toBe(12);
    expect(nominalX).toBe(x);
  });

  it.each([0, -2, Number.NaN])('refuses a step of %f', (step) => {
    expect(() => rasterScan({ area, step })).toThrow(/positive step/);
  });
});

describe('jitteredRasterScan', () => {
  it('displaces every point within the area, seeded', () => {
    const scan = (seed: number) => jitteredRasterScan({ area, step: 6, jitter: 2.5, random: new Random(seed) });
    const { x, y, nominalX, nominalY } = scan(0);
    expect(inArea(x, y)).toBe(true);
    const shifts = [...x].map((value, k) => value - (nominalX[k] as number));
    expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(2.5);
    expect(Math.max(...shifts)).toBeGreaterThan(2);
    expect(Math.min(...shifts)).toBeLessThan(-2);
    expect(new Set(nominalY).size).toBeLessThan(new Set(y).size);
    expect(scan(0).x).toEqual(x);
    expect(scan(1).x).not.toEqual(x);
  });

  it('refuses a jitter that leaves no area', () => {
    expect(() => jitteredRasterScan({ area, step: 5, jitter: 31, random: new Random(1) })).toThrow(/an area to scan/);
    expect(() => jitteredRasterScan({ area, step: 5, jitter: -1, random: new Random(1) })).toThrow(/jitter of at least 0/);
  });
});

describe('fermatScan', () => {
  it('fills the area evenly, one point per squared step, none closer than half of it', () => {
    const step = 5;
    const { x, y } = fermatScan({ area, step });
    expect(inArea(x, y)).toBe(true);
    expect(x[0]).toBe(82);
    expect(x.length / ((100 * 60) / step ** 2)).toBeCloseTo(1, 1);
    let nearest = Number.POSITIVE_INFINITY;
    for (let a = 0; a < x.length; a++) {
      for (let b = 0; b < a; b++)
        nearest = Math.min(nearest, Math.hypot((x[a] as number) - (x[b] as number), (y[a] as number) - (y[b] as number)));
    }
    expect(nearest).toBeGreaterThan(step / 2);
  });
});

describe('givenScan', () => {
  it('copies positions', () => {
    const x = [1, 2];
    const scan = givenScan(x, [3, 4]);
    x[0] = 9;
    expect([...scan.x, ...scan.y]).toEqual([1, 2, 3, 4]);
  });

  it('refuses unequal numbers and what is not finite', () => {
    expect(() => givenScan([1], [])).toThrow(/as many x as y, got 1 and 0/);
    expect(() => givenScan([1, 2], [3, Number.NaN])).toThrow(/finite positions, got 2, NaN at 1/);
  });
});
