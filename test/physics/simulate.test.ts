import { Random } from '@ptychokit/config';
import {
  diskProbe,
  linesMap,
  objectFromMaps,
  phaseFromAmplitude,
  rasterScan,
  type SimulatedScan,
  scanArea,
  simulateScan,
} from '@ptychokit/physics';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { onEveryEngine } from '../contract/operator.js';
import { readNpz } from '../support/read-npz.js';
import { fixturesDir } from '../support/shared-data.js';

const N = 32;
const amplitude = linesMap({ height: 100, width: 110, random: new Random(1), count: 60 });
const object = objectFromMaps({ amplitude, phase: phaseFromAmplitude(amplitude) });
const probe = diskProbe({ N });
const { x, y } = rasterScan({ area: scanArea({ height: 100, width: 110 }, N), step: 11.3 });
const scanOf = (options: { nphotons?: number; seed?: number; noise?: 'poisson' | 'none' } = {}): SimulatedScan =>
  simulateScan({ object, probe, x, y, nphotons: 1e4, seed: 0, ...options });

async function collect(scan: SimulatedScan, range?: Parameters<SimulatedScan['frames']>[0]): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const { amplitudes } of scan.frames(range)) parts.push(amplitudes);
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Quicker than a comparison of elements, and stricter. */
const sameBytes = (a: Float32Array, b: Float32Array): boolean => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

beforeAll(() => setBackend('tensorflow').then(() => undefined));

describe('simulateScan', () => {
  it('gives the same frames in any batches, any range and any order', async () => {
    const whole = await collect(scanOf());
    expect(whole.length).toBe(scanOf().frameCount * N * N);
    for (const batchSize of [1, 7, 1000]) expect(sameBytes(await collect(scanOf(), { batchSize }), whole)).toBe(true);
    expect(sameBytes(await collect(scanOf(), { first: 13, count: 9, batchSize: 4 }), whole.slice(13 * N * N, 22 * N * N))).toBe(true);
    const picked = new Float32Array(3 * N * N);
    await scanOf().readFrames([33, 2, 2], picked);
    expect(sameBytes(picked.slice(0, N * N), whole.slice(33 * N * N, 34 * N * N))).toBe(true);
    expect(sameBytes(picked.slice(2 * N * N), whole.slice(2 * N * N, 3 * N * N))).toBe(true);
  });

  it('gives the same frames again with the same seed and others with another, seed 0 included', async () => {
    const first = await collect(scanOf(), { count: 3 });
    expect(sameBytes(await collect(scanOf({ seed: 0 }), { count: 3 }), first)).toBe(true);
    expect(sameBytes(await collect(scanOf({ seed: 1 }), { count: 3 }), first)).toBe(false);
  });

  it('gives different frames at one position different noise', async () => {
    const twice = simulateScan({ object, probe, x: [50, 50], y: [50, 50], nphotons: 1e4, seed: 3 });
    const frames = await collect(twice);
    expect(sameBytes(frames.slice(0, N * N), frames.slice(N * N))).toBe(false);
  });

  it.each([1e3, 1e5])('counts whole photons, %f per frame on average', async (nphotons) => {
    const scan = scanOf({ nphotons });
    const counts = (await collect(scan)).map((value) => (value * scan.intensityScale) ** 2);
    let total = 0;
    let rest = 0;
    for (const count of counts) {
      rest = Math.max(rest, Math.abs(count - Math.round(count)) / Math.max(1, count));
      total += count;
    }
    expect(rest).toBeLessThan(1e-3);
    const expected = nphotons * scan.frameCount;
    expect(Math.abs(total - expected) / Math.sqrt(expected)).toBeLessThan(4);
  });

  it('scatters as counted photons do: (count - rate)^2 / rate is 1 on average', async () => {
    const scan = scanOf({ nphotons: 1e5 });
    const [noisy, clean] = [await collect(scan), await collect(scanOf({ nphotons: 1e5, noise: 'none' }))];
    let sum = 0;
    let pixels = 0;
    for (let i = 0; i < noisy.length; i++) {
      const rate = ((clean[i] as number) * scan.intensityScale) ** 2;
      if (rate < 1) continue;
      sum += (((noisy[i] as number) * scan.intensityScale) ** 2 - rate) ** 2 / rate;
      pixels += 1;
    }
    expect(pixels).toBeGreaterThan(5_000);
    expect(Math.abs(sum / pixels - 1)).toBeLessThan(4 * Math.sqrt(3 / pixels));
  });

  it('has no noise at an infinite dose, and approaches it at a high one', async () => {
    const clean = await collect(scanOf({ nphotons: Number.POSITIVE_INFINITY }));
    expect(sameBytes(clean, await collect(scanOf({ nphotons: 1e4, noise: 'none' })))).toBe(true);
    expect(scanOf({ nphotons: Number.POSITIVE_INFINITY }).intensityScale).toBe(Number.POSITIVE_INFINITY);
    const distance = async (nphotons: number): Promise<number> => {
      const frames = await collect(scanOf({ nphotons }));
      return frames.reduce((sum, value, i) => sum + (value - (clean[i] as number)) ** 2, 0);
    };
    // Where photons are many the variance of sqrt(counts) is 1/4, so that of the amplitude falls as 1 / dose.
    const fall = (await distance(1e8)) / (await distance(1e6));
    expect(fall).toBeGreaterThan(0.005);
    expect(fall).toBeLessThan(0.02);
  });

  it('does not change amplitudes with the dose, only their noise', async () => {
    const [low, high] = [await collect(scanOf({ nphotons: 1e6 })), await collect(scanOf({ nphotons: 1e9 }))];
    const energy = (frames: Float32Array): number => frames.reduce((sum, value) => sum + value * value, 0);
    expect(energy(low) / energy(high)).toBeCloseTo(1, 3);
  });

  it('holds one batch at a time, and nothing after the last', async () => {
    const before = memory().numTensors;
    for await (const { count } of scanOf().frames({ batchSize: 5 })) {
      expect(memory().numTensors).toBe(before);
      expect(count).toBeLessThanOrEqual(5);
    }
  });

  it('stops when told', async () => {
    const controller = new AbortController();
    const frames = scanOf().frames({ batchSize: 4, signal: controller.signal });
    await frames.next();
    controller.abort();
    await expect(frames.next()).rejects.toThrow(/aborted/);
  });

  it.each([
    ['no positions', { x: [], y: [] }, /at least one, got 0 and 0/],
    ['unequal numbers of coordinates', { x: [1, 2] }, /as many x as y/],
    ['no dose', { nphotons: 0 }, /nphotons above 0, got 0/],
    ['an object that is no image', { object: { shape: [4], data: new Float32Array(8) } }, /shape \[H, W\]/],
    ['a probe that is not square', { probe: { shape: [2, 4], data: new Float32Array(16) } }, /shape \[N, N\] or \[modes, N, N\]/],
  ])('refuses %s', (_, change, message) => {
    expect(() => simulateScan({ object, probe, x: [50], y: [50], nphotons: 1, seed: 1, ...change })).toThrow(message);
  });

  it('refuses frames it does not have', async () => {
    await expect(scanOf().frames({ first: 30, count: 999 }).next()).rejects.toThrow(/expected frames within/);
    await expect(scanOf().readFrames([100_000], new Float32Array(N * N))).rejects.toThrow(/got 100000/);
    await expect(scanOf().readFrames([0, 1], new Float32Array(N * N))).rejects.toThrow(/room for 2 frames/);
  });
});

const fixtures = fixturesDir();

onEveryEngine('simulateScan against the published simulation', () => {
  it.skipIf(fixtures === undefined)('has its intensity scale, amplitudes and intensities (skipped without shared fixtures)', async () => {
    const npz = readNpz(`${fixtures}/parity/simulate_noisefree.npz`);
    const complex = (name: string) => ({ shape: npz(name).shape, data: npz(name).data as Float32Array });
    const scan = simulateScan({
      object: complex('object'),
      probe: complex('probe'),
      x: npz('xcoords').data,
      y: npz('ycoords').data,
      nphotons: npz('nphotons').data[0] as number,
      seed: 0,
      noise: 'none',
    });
    expect(scan.intensityScale / (npz('tf_intensity_scale').data[0] as number)).toBeCloseTo(1, 5);
    const frames = await collect(scan);
    const error = (actual: (value: number) => number, expected: ArrayLike<number>): number => {
      let [largest, difference] = [0, 0];
      for (let i = 0; i < frames.length; i++) {
        largest = Math.max(largest, expected[i] as number);
        difference = Math.max(difference, Math.abs(actual(frames[i] as number) - (expected[i] as number)));
      }
      return difference / largest;
    };
    expect(error((value) => value, npz('tf_X').data)).toBeLessThan(1e-5);
    expect(error((value) => (value * scan.intensityScale) ** 2, npz('torch_intensity').data)).toBeLessThan(1e-5);
  });
});
