import { boxRegion, frc, frcCrossing, frcThresholdAt } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { disturbed, waves } from './sample-images.js';

const truth = waves(1, [64, 64]);

describe('The curve', () => {
  test('is 1 for an image and a multiple of itself', () => {
    const { correlation, size } = frc(truth, disturbed(truth, { factor: { re: -0.3, im: 2 } }));
    expect(size).toBe(64);
    expect(correlation).toHaveLength(33);
    for (const value of correlation.slice(1)) expect(value).toBeCloseTo(1, 9);
  });

  test('has every pixel up to Nyquist in one ring', () => {
    const { counts } = frc(truth, truth);
    let pixels = 0;
    for (let y = -32; y < 32; y++) for (let x = -32; x < 32; x++) if (Math.round(Math.hypot(x, y)) <= 32) pixels++;
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(pixels);
    expect([...counts.slice(0, 3)]).toEqual([1, 8, 12]);
  });

  test('of independent noise stays near one over the root of the pixels', () => {
    const nothing = { shape: [64, 64], data: new Float64Array(2 * 64 * 64) };
    const [a, b] = [1, 2].map((seed) => disturbed(nothing, { noise: 1, seed })) as [typeof nothing, typeof nothing];
    const { correlation, counts } = frc(a, b);
    let [sum, expected] = [0, 0];
    for (let k = 8; k <= 32; k++) {
      sum += correlation[k] as number;
      expected += Math.sqrt(Math.PI / 4 / (counts[k] as number));
    }
    expect(sum / expected).toBeGreaterThan(0.7);
    expect(sum / expected).toBeLessThan(1.3);
  });

  test('does not see a mean, unless it is left in', () => {
    const brighter = { shape: truth.shape, data: truth.data.map((value, i) => value + (i % 2 === 0 ? 100 : 0)) };
    const [plain, bright] = [truth, brighter].map((image) => frc(truth, image, { window: 'hann' }).correlation) as [
      Float64Array,
      Float64Array,
    ];
    for (let k = 1; k < plain.length; k++) expect(bright[k]).toBeCloseTo(plain[k] as number, 9);
    expect(frc(truth, brighter, { window: 'hann', removeMean: false }).correlation[1]).not.toBeCloseTo(plain[1] as number, 3);
  });

  test('does not need a square', () => {
    const wide = waves(2, [40, 96]);
    const { correlation, size, counts } = frc(wide, wide);
    expect([size, correlation.length]).toEqual([40, 21]);
    expect(counts[10]).toBeGreaterThan(100);
  });

  test('uses the largest rectangle of the region', () => {
    const region = boxRegion([64, 64], { top: 10, left: 4, rows: 30, cols: 30 });
    const changed = { shape: truth.shape, data: truth.data.slice() };
    changed.data[0] = 1e3;
    expect(frc(truth, changed, { region }).correlation.slice(1)).toEqual(frc(truth, truth, { region }).correlation.slice(1));
  });

  test('with a window hides the jump at the edge', () => {
    const [plain, windowed] = (['none', 'hann'] as const).map(
      (window) => frc(waves(3, [64, 64]), waves(4, [64, 64]), { window }).correlation,
    );
    const high = (curve: Float64Array | undefined) => (curve as Float64Array).slice(20).reduce((sum, value) => sum + value, 0);
    expect(high(windowed)).not.toBeCloseTo(high(plain), 3);
  });
});

describe('The crossing', () => {
  const curve = (...correlation: number[]) => ({
    correlation: Float64Array.from(correlation),
    counts: Int32Array.from(correlation, (_, k) => Math.max(1, Math.round(2 * Math.PI * k))),
    size: 2 * (correlation.length - 1),
  });

  test('is interpolated, in rings, as a fraction of Nyquist and as a period', () => {
    expect(frcCrossing(curve(1, 1, 0.9, 0.7, 0.3, 0.1, 0), 0.5)).toEqual({
      ring: 3.5,
      fractionOfNyquist: 3.5 / 6,
      periodPx: 12 / 3.5,
      reason: null,
    });
  });

  test('is the first one', () => {
    expect(frcCrossing(curve(1, 1, 1, 0.6, 0.4, 0.9, 0.1), 0.5).ring).toBeCloseTo(3.5, 12);
  });

  test.each([
    ['already below 0.5 at ring 1', curve(1, 0.2, 0.9, 0.9, 0.9), 0.5],
    ['already below 0.1429 at ring 2', curve(1, 0.9, 0.1, 0.1, 0.1), 1 / 7],
    ['never below 0.5 up to ring 4 of 4', curve(1, 0.9, 0.9, 0.9, 0.8), 0.5],
    ['no power in ring 3', curve(1, 0.9, 0.9, Number.NaN, 0.8), 0.5],
    ['too small for rings', curve(1, 0.9), 0.5],
  ])('is undefined: %s', (reason, input, threshold) => {
    const crossing = frcCrossing(input, threshold);
    expect([crossing.ring, crossing.fractionOfNyquist, crossing.periodPx]).toEqual([null, null, null]);
    expect(crossing.reason).toContain(reason);
  });

  test('of a curve that lacks the lowest frequencies alone stays undefined, and the reason says how far the others agree', () => {
    const dip = 'already below 0.5 at ring 1, above it from ring 2 to ';
    expect(frcCrossing(curve(1, 0.3, 0.9, 0.9, 0.9, 0.2, 0.1, 0.1, 0.1), 0.5).reason).toBe(
      `${dip}ring 4 (0.50 of Nyquist): the lowest frequencies are wrong, the others agree`,
    );
    expect(frcCrossing(curve(1, 0.3, 0.9, 0.9, 0.9), 0.5).reason).toContain(`${dip}the last ring`);
    expect(frcCrossing(curve(1, 0.3, 0.9, 0.9, 0.2, 0.1, 0.1), 0.5).reason).toContain('registration or scaling is wrong');
  });

  test('against the half-bit curve depends on the pixels of a ring', () => {
    const flat = curve(1, 1, 1, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6);
    expect(frcThresholdAt(flat, { ring: 4, threshold: 'half-bit' })).toBeCloseTo((0.2071 + 1.9102 / 5) / (1.2071 + 0.9102 / 5), 12);
    expect(frcThresholdAt({ ...flat, counts: new Int32Array(11).fill(1e9) }, { ring: 4, threshold: 'half-bit' })).toBeCloseTo(0.1716, 4);
    expect(frcCrossing(flat, 'half-bit').reason).toContain('never below the half-bit curve');
  });

  test('tells a sharp reconstruction from a noisy one', () => {
    const ring = (noise: number) => frcCrossing(frc(truth, disturbed(truth, { noise, seed: 3 })), 0.5).ring as number;
    expect(ring(0.1)).toBeGreaterThan(ring(0.2));
    expect(ring(0.2)).toBeGreaterThan(ring(1));
  });

  test('of an empty region is undefined', () => {
    const region = boxRegion([64, 64], { top: 0, left: 0, rows: 0, cols: 0 });
    expect(frcCrossing(frc(truth, truth, { region }), 0.5).ring).toBeNull();
  });
});
