import { align, boxRegion, twinOf } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { disturbed, type Scene, waves } from '../sample-images.js';

const size = [96, 104] as const;
const region = boxRegion([...size], { top: 20, left: 20, rows: 56, cols: 60 });
const truth = waves(1, size);
const drawn = (scene: Scene) => waves(1, size, scene);

describe('What was done to an image is found and undone', () => {
  test.each([
    ['nothing', { x: 0, y: 0 }, { x: 0, y: 0 }],
    ['a shift', { x: 3.4, y: -5.75 }, { x: 0, y: 0 }],
    ['a large shift', { x: -12.2, y: 10.6 }, { x: 0, y: 0 }],
    ['a ramp', { x: 0, y: 0 }, { x: 0.11, y: -0.043 }],
    ['a steep ramp', { x: 0, y: 0 }, { x: -0.7, y: 0.5 }],
    ['both', { x: -2.31, y: 1.87 }, { x: -0.08, y: 0.21 }],
  ])('%s', (_, shift, ramp) => {
    const image = disturbed(drawn({ shift }), { ramp, factor: { re: 0.4, im: -1.1 }, noise: 0.02, seed: 2 });
    const found = align(truth, image, { region });
    expect(Math.abs(found.shiftPx.x + shift.x)).toBeLessThan(0.01);
    expect(Math.abs(found.shiftPx.y + shift.y)).toBeLessThan(0.01);
    expect(Math.abs(found.rampRadPerPx.x + ramp.x)).toBeLessThan(2e-4);
    expect(Math.abs(found.rampRadPerPx.y + ramp.y)).toBeLessThan(2e-4);
    expect(found.correlation).toBeGreaterThan(0.999);
    expect(Math.hypot(found.factor.re, found.factor.im)).toBeCloseTo(1 / Math.hypot(0.4, 1.1), 2);
    expect(largestError(found.image.data)).toBeLessThan(0.15);
    expect(found.twin?.suspected).toBe(false);
  });

  function largestError(data: Float64Array): number {
    let largest = 0;
    for (let i = 0; i < region.mask.length; i++) {
      if (region.mask[i] !== 1) continue;
      largest = Math.max(
        largest,
        Math.hypot(
          (data[2 * i] as number) - (truth.data[2 * i] as number),
          (data[2 * i + 1] as number) - (truth.data[2 * i + 1] as number),
        ),
      );
    }
    return largest;
  }

  test('an amplitude without phase is enough', () => {
    const flat = (scene: Scene) => waves(4, size, { ...scene, phaseContrast: 0 });
    const found = align(flat({}), flat({ shift: { x: 1.5, y: 0.25 } }), { region });
    expect(found.shiftPx.x).toBeCloseTo(-1.5, 2);
    expect(found.shiftPx.y).toBeCloseTo(-0.25, 2);
  });
});

test('What lies outside the region does not matter', () => {
  const image = drawn({ shift: { x: 0.5, y: 0.5 } });
  const spoilt = { shape: image.shape, data: image.data.slice() };
  for (let i = 0; i < 2 * size[1]; i++) spoilt.data[2 * i] = 50;
  const [a, b] = [align(truth, image, { region }), align(truth, spoilt, { region })];
  expect(b.shiftPx.x).toBeCloseTo(a.shiftPx.x, 9);
  expect(b.shiftPx.y).toBeCloseTo(a.shiftPx.y, 9);
});

test('Shift and ramp can be left alone', () => {
  const image = disturbed(drawn({ shift: { x: 1, y: 0 } }), { ramp: { x: 0.05, y: 0 } });
  const still = align(truth, image, { region, fit: { shift: false, ramp: false } });
  expect([still.shiftPx, still.rampRadPerPx]).toEqual([
    { x: 0, y: 0 },
    { x: 0, y: 0 },
  ]);
  const ramped = align(truth, image, { region, fit: { shift: false } });
  expect([ramped.shiftPx.x, ramped.correlation > still.correlation]).toEqual([0, true]);
  const shifted = align(truth, image, { region, fit: { ramp: false } });
  expect(shifted.rampRadPerPx).toEqual({ x: 0, y: 0 });
});

test('The twin is reported and not applied', () => {
  const found = align(truth, twinOf(truth), { region });
  expect(found.twin?.suspected).toBe(true);
  expect(found.twin?.mirrored).toBeGreaterThan(0.95);
  expect(found.correlation).toBeLessThan(0.95);
});

test('A twin is conjugate and turned by 180 degrees', () => {
  const image = { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
  expect([...twinOf(image).data]).toEqual([7, -8, 5, -6, 3, -4, 1, -2]);
});

test('Without contrast no shift is looked for, and the note says so', () => {
  const flat = { shape: [...size], data: new Float64Array(truth.data.length).map((_, i) => (i % 2 === 0 ? 2 : 0)) };
  const found = align(flat, truth, { region });
  expect(found).toMatchObject({ shiftPx: { x: 0, y: 0 }, twin: null, note: expect.stringContaining('no contrast') });
});

test('A reconstruction of zeros has the factor 0', () => {
  const zeros = { shape: [...size], data: new Float64Array(truth.data.length) };
  expect(align(truth, zeros, { region })).toMatchObject({ factor: { re: 0, im: 0 }, correlation: 0 });
});

test('An empty region is refused', () => {
  expect(() => align(truth, truth, { region: boxRegion([...size], { top: 0, left: 0, rows: 0, cols: 0 }) })).toThrow(
    'expected a region with pixels',
  );
});
