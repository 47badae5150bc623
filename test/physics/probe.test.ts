import { type ComplexArray, complexAbs, complexPhase } from '@ptychokit/config';
import {
  defocusedProbe,
  diskProbe,
  farField,
  fromPairSync,
  gaussianProbe,
  normaliseProbe,
  probeDiameterPx,
  toPair,
} from '@ptychokit/physics';
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../support/read-npz.js';
import { fixturesDir } from '../support/shared-data.js';

beforeAll(() => setBackend('tensorflow').then(() => undefined));

const energy = ({ data }: ComplexArray): number => data.reduce((sum, value) => sum + value * value, 0);
const fixtures = fixturesDir();

describe.each([
  ['diskProbe', diskProbe],
  ['gaussianProbe', gaussianProbe],
  ['defocusedProbe', defocusedProbe],
])('%s', (_, make) => {
  it.each([64, 128])('has the energy (N/2)^2 at N = %i and fades before the edge', (N) => {
    const probe = make({ N });
    expect(probe.shape).toEqual([N, N]);
    expect(energy(probe) / (N / 2) ** 2).toBeCloseTo(1, 5);
    const modulus = complexAbs(probe);
    const peak = modulus.reduce((a, b) => Math.max(a, b));
    expect(Math.max(...modulus.slice(0, N)) / peak).toBeLessThan(0.05);
    const diameter = probeDiameterPx(probe);
    expect(diameter).toBeGreaterThan(N / 8);
    expect(diameter).toBeLessThan(0.75 * N);
  });
});

describe('diskProbe', () => {
  it('is flat inside, symmetric, and as wide as asked', () => {
    const probe = diskProbe({ N: 64, relativeSize: 0.5 });
    const at = (row: number, column: number): number => probe.data[2 * (64 * row + column)] as number;
    expect(at(31, 31)).toBeCloseTo(at(34, 29), 3);
    expect(at(20, 31)).toBeCloseTo(at(43, 32), 6);
    expect(Math.abs(probeDiameterPx(probe) - 0.5 * 31)).toBeLessThan(1.5);
    expect(probeDiameterPx(diskProbe({ N: 64 }))).toBeGreaterThan(probeDiameterPx(probe));
  });

  it.skipIf(fixtures === undefined)('is the ideal probe of the published lines data (skipped without shared fixtures)', () => {
    const npz = readNpz(`${fixtures}/parity/simlines_train.npz`, 'probeGuess');
    const expected = npz('probeGuess');
    const ours = diskProbe({ N: expected.shape[0] as number });
    // The fixture is normalised to a sum of amplitudes, ours to an energy.
    const peaks = [expected.data, ours.data].map((data) => Array.from(data).reduce((a, b) => Math.max(a, b)));
    for (let i = 0; i < ours.data.length; i++) {
      expect(Math.abs((ours.data[i] as number) / (peaks[1] as number) - (expected.data[i] as number) / (peaks[0] as number))).toBeLessThan(
        1e-6,
      );
    }
  });
});

describe('gaussianProbe', () => {
  it('has the width it is given', () => {
    expect(probeDiameterPx(gaussianProbe({ N: 128, fwhmPx: 30 }))).toBeCloseTo(30, 0);
    const { data } = gaussianProbe({ N: 128, fwhmPx: 30 });
    expect((data[2 * (64 * 128 + 64 + 15)] as number) ** 2 / (data[2 * (64 * 128 + 64)] as number) ** 2).toBeCloseTo(0.5, 5);
  });
});

describe('defocusedProbe', () => {
  it('has the pupil as its far field, in focus and out of it', () => {
    for (const defocus_rad of [0, 12]) {
      const spectrum = complexAbs(fromPairSync(farField(toPair(defocusedProbe({ N: 64, pupilRadius: 0.35, softness: 0.1, defocus_rad })))));
      const open = spectrum[64 * 32 + 32] as number;
      const errors = spectrum.map((value, i) => {
        const distance = Math.hypot((i % 64) - 32, Math.floor(i / 64) - 32);
        return distance < 10 ? Math.abs(value / open - 1) : distance > 12.5 ? value / open : 0;
      });
      expect(errors.reduce((a, b) => Math.max(a, b))).toBeLessThan(1e-3);
    }
  });

  it('carries the quadratic phase in its far field', () => {
    const N = 64;
    const field = fromPairSync(farField(toPair(defocusedProbe({ N, pupilRadius: 0.35, defocus_rad: 4 }))));
    const phase = complexPhase(field);
    const at = (k: number): number => phase[N * (N / 2) + N / 2 + k] as number;
    // Even frequencies: a wave centred on N/2 turns the sign of odd ones.
    for (const k of [-8, 4, 6]) expect(at(k) - at(0)).toBeCloseTo(4 * (k / (0.35 * 32)) ** 2, 3);
  });

  it('grows with defocus, about the pixel N/2', () => {
    const [sharp, blurred] = [0, 20].map((defocus_rad) => defocusedProbe({ N: 64, defocus_rad })) as [ComplexArray, ComplexArray];
    expect(probeDiameterPx(blurred)).toBeGreaterThan(2 * probeDiameterPx(sharp));
    const modulus = complexAbs(sharp);
    expect(modulus.indexOf(modulus.reduce((a, b) => Math.max(a, b)))).toBe(32 * 64 + 32);
  });
});

describe('normaliseProbe', () => {
  it('keeps the factor that gives the probe back, over all modes', () => {
    const given = { shape: [2, 4, 4], data: Float32Array.from({ length: 64 }, (_, i) => Math.sin(i) * 7) };
    const { probe, factor } = normaliseProbe(given);
    expect(energy(probe)).toBeCloseTo(4, 5);
    probe.data.forEach((value, i) => {
      expect(value * factor).toBeCloseTo(given.data[i] as number, 5);
    });
  });

  it.each([
    ['dark', { shape: [2, 2], data: new Float32Array(8) }, /finite energy above 0, got 0/],
    ['not finite', { shape: [2, 2], data: new Float32Array(8).fill(Number.NaN) }, /got NaN/],
    ['not square', { shape: [2, 3], data: new Float32Array(12) }, /shape \[N, N\] or \[modes, N, N\], got \[2, 3\]/],
    ['short', { shape: [2, 2], data: new Float32Array(4) }, /with 2 values/],
  ])('refuses a probe that is %s', (_, probe, message) => {
    expect(() => normaliseProbe(probe)).toThrow(message);
  });
});

describe('probeDiameterPx', () => {
  it.skipIf(fixtures === undefined)('measures the probe of the iterative fixtures as its notes do', () => {
    const npz = readNpz(`${fixtures}/iterative/data/public_n1e9.npz`, 'probe_true');
    const { shape, data } = npz('probe_true');
    expect(probeDiameterPx({ shape, data: Float32Array.from(data as ArrayLike<number>) })).toBeCloseTo(23.6, 1);
  });
});
