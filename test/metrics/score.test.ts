import { boxRegion, type Measure, type Score, score } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { disturbed, waves } from './sample-images.js';

const size = [110, 100] as const;
const region = boxRegion([...size], { top: 18, left: 18, rows: 72, cols: 64 });
const truth = waves(7, size);
const zeros = { shape: [...size], data: new Float64Array(truth.data.length) };

const values = (part: Score['phase']) => Object.values(part).map(({ value }: Measure) => value);
const reasons = (part: Score['phase']) => [...new Set(Object.values(part).map(({ reason }: Measure) => reason))];

test('What ptychography cannot know costs nothing', () => {
  const image = disturbed(waves(7, size, { shift: { x: 1.4, y: -2.6 } }), { ramp: { x: 0.03, y: -0.06 }, factor: { re: 0, im: 3 } });
  const result = score(truth, image, { region });
  expect(result.regionPixels).toBe(72 * 64);
  expect(result.alignment?.correlation).toBeGreaterThan(0.999999);
  expect(result.amplitude.mae.value).toBeLessThan(1e-3);
  expect(result.phase.mae.value).toBeLessThan(1e-3);
  expect(result.amplitude.ssim.value).toBeGreaterThan(0.9999);
  expect(result.phase.ssim.value).toBeGreaterThan(0.9999);
});

test('Everything gets worse with noise', () => {
  const [a, b] = [0.02, 0.2].map((noise) => score(truth, disturbed(truth, { noise, seed: 1 }), { region })) as [Score, Score];
  for (const part of ['amplitude', 'phase'] as const) {
    expect(b[part].mae.value).toBeGreaterThan(a[part].mae.value as number);
    expect(b[part].mse.value).toBeGreaterThan(a[part].mse.value as number);
    for (const name of ['psnrRange', 'psnrPeak1', 'psnrPeak255', 'ssim', 'msSsim'] as const) {
      expect(b[part][name].value, `${part} ${name}`).toBeLessThan(a[part][name].value as number);
    }
  }
  expect(b.frc.at0p5.ring).toBeLessThan(a.frc.at0p5.ring as number);
  expect((a.amplitude.psnrPeak255.value as number) - (a.amplitude.psnrPeak1.value as number)).toBeCloseTo(48.1308, 4);
});

test('A phase beyond pi is no error', () => {
  const turned = disturbed(truth, { factor: { re: Math.cos(3), im: Math.sin(3) } });
  const image = disturbed(turned, { noise: 0.01, seed: 2 });
  expect(score(turned, image, { region }).phase.mae.value).toBeLessThan(0.03);
});

describe('What is undefined is null with a reason', () => {
  test('a truth without phase contrast', () => {
    const flat = waves(7, size, { phaseContrast: 0 });
    const result = score(flat, disturbed(flat, { noise: 0.01, seed: 1 }), { region });
    expect(values(result.phase)).toEqual(new Array(7).fill(null));
    expect(reasons(result.phase)).toEqual(['truth has no phase contrast']);
    expect(result.amplitude.mae.value).toBeLessThan(0.02);
  });

  test('a reconstruction of zeros has no phase, and the amplitude error is the truth', () => {
    const result = score(truth, zeros, { region });
    expect(reasons(result.phase)).toEqual(['one of the images is zero in the region, so that it has no phase']);
    expect(result.amplitude.mae.value).toBeCloseTo(1, 1);
    expect(result.frc.at0p5).toMatchObject({ ring: null, reason: expect.stringContaining('no power') });
  });

  test('an empty region', () => {
    const result = score(truth, truth, { region: boxRegion([...size], { top: 0, left: 0, rows: 0, cols: 0 }) });
    expect(result).toMatchObject({ regionPixels: 0, alignment: null });
    expect([...reasons(result.amplitude), ...reasons(result.phase)]).toEqual(['the region is empty', 'the region is empty']);
    expect(result.frc.at0p5.ring).toBeNull();
  });

  test('noise in place of a reconstruction has no resolution', () => {
    const result = score(truth, disturbed(zeros, { noise: 1, seed: 4 }), { region });
    expect(result.frc.at0p5.reason).toMatch(/registration or scaling is wrong/);
  });
});
