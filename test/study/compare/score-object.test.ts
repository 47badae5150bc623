import { Random } from '@ptychokit/config';
import type { ComplexImage } from '@ptychokit/metrics';
import { describe, expect, it } from 'vitest';
import type { CellTruth } from '../../../packages/study/src/compare/cell-truth.js';
import { scoreObject } from '../../../packages/study/src/compare/score-object.js';

const SIZE = 96;
const RIM = 16;
const inside = (i: number): boolean => [i % SIZE, Math.floor(i / SIZE)].every((pixel) => pixel >= RIM && pixel < SIZE - RIM);

/** Smooth waves in amplitude and phase, moved by whole pixels. */
function waves({ dx = 0, dy = 0 } = {}): ComplexImage {
  const data = new Float64Array(2 * SIZE * SIZE);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const [x, y] = [(i % SIZE) - dx, Math.floor(i / SIZE) - dy];
    const amplitude = 1 + 0.3 * Math.sin(x / 4 + y / 9) + 0.1 * Math.cos((x * y) / 90);
    const phase = 0.6 * Math.sin(y / 5) + 0.2 * Math.cos((x - y) / 3);
    data.set([amplitude * Math.cos(phase), amplitude * Math.sin(phase)], 2 * i);
  }
  return { shape: [SIZE, SIZE], data };
}

const truth: CellTruth = {
  object: waves(),
  region: { shape: [SIZE, SIZE], mask: Uint8Array.from({ length: SIZE * SIZE }, (_, i) => Number(inside(i))) },
  rimPx: RIM,
};

function changed(image: ComplexImage, change: (value: number, i: number) => number): ComplexImage {
  return { shape: image.shape, data: Float64Array.from(image.data, change) };
}

describe('scoreObject', () => {
  it('takes away what ptychography cannot know: a shift and a complex factor', () => {
    const moved = waves({ dx: 2, dy: -1 });
    const turned = changed(moved, (_, i) => {
      const [re, im] = [moved.data[i - (i % 2)] as number, moved.data[i - (i % 2) + 1] as number];
      return 2.5 * (i % 2 === 0 ? re * Math.cos(0.7) - im * Math.sin(0.7) : re * Math.sin(0.7) + im * Math.cos(0.7));
    });
    const { metrics, alignment } = scoreObject(truth, turned);
    expect(alignment?.shift_px.x).toBeCloseTo(-2, 1);
    expect(alignment?.shift_px.y).toBeCloseTo(1, 1);
    expect(Math.hypot(alignment?.factor.re as number, alignment?.factor.im as number)).toBeCloseTo(1 / 2.5, 2);
    expect(metrics.amplitude_mae).toBeLessThan(0.01);
    expect(metrics.amplitude_ssim).toBeGreaterThan(0.99);
    expect(metrics.phase_ssim).toBeGreaterThan(0.99);
  });

  it('counts errors inside the region and none outside it', () => {
    const random = new Random(3, 'score');
    const noise = Float64Array.from({ length: 2 * SIZE * SIZE }, () => 0.2 * (random.uniform() - 0.5));
    const spoiled = (where: boolean): ComplexImage =>
      changed(truth.object, (value, i) => value + (inside(i >> 1) === where ? (noise[i] as number) : 0));
    const [within, beyond] = [scoreObject(truth, spoiled(true)), scoreObject(truth, spoiled(false))];
    expect(beyond.metrics.amplitude_mae).toBe(0);
    expect(beyond.undefined_because.amplitude_psnr_range).toMatch(/identical/);
    expect(within.metrics.amplitude_mae).toBeGreaterThan(0.02);
    for (const name of ['amplitude_ssim', 'phase_ssim', 'family_amplitude_ssim'])
      expect(within.metrics[name]).toBeLessThan(beyond.metrics[name] as number);
    // What is drawn is the object that was scored, not the truth.
    const drawn = Float64Array.from(within.aligned?.data ?? []);
    const differs = drawn.reduce((sum, value, i) => sum + (inside(i >> 1) ? Math.abs(value - (truth.object.data[i] as number)) : 0), 0);
    expect(differs).toBeGreaterThan(100);
  });

  it('has a reason for every number it does not give', () => {
    const { metrics, undefined_because, aligned, alignment } = scoreObject(
      { ...truth, region: { shape: [SIZE, SIZE], mask: new Uint8Array(SIZE * SIZE) } },
      truth.object,
    );
    expect([aligned, alignment]).toEqual([null, null]);
    expect(Object.values(metrics).every((value) => value === null)).toBe(true);
    expect(Object.keys(undefined_because).sort()).toEqual(Object.keys(metrics).sort());
    expect(Object.values(undefined_because)).not.toContain('');
  });
});
