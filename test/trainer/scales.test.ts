import { type ComplexArray, isPtychoError, Random } from '@ptychokit/config';
import { RawData } from '@ptychokit/memmap-bridge';
import { expect, it } from 'vitest';
import { framePowers, meanPower, measureScales, scaleProbe, statedPhotons } from '../../packages/trainer/src/scales.js';

const N = 8;

const flatProbe = (value: number, modes = 1): ComplexArray => ({
  shape: modes === 1 ? [N, N] : [modes, N, N],
  data: new Float32Array(2 * modes * N * N).fill(value),
});

/** Frame k is everywhere `amplitudes[k]`. */
function scan(
  amplitudes: readonly number[],
  options: { readonly probe?: ComplexArray; readonly metadata?: Record<string, unknown> } = {},
): RawData {
  const positions = Float64Array.from(amplitudes, (_, i) => i);
  return RawData.fromArrays({
    diffraction: Float32Array.from({ length: amplitudes.length * N * N }, (_, i) => amplitudes[Math.floor(i / (N * N))] as number),
    frameSize: N,
    xcoords: positions,
    ycoords: positions,
    probeGuess: options.probe ?? flatProbe(1),
    metadata: options.metadata ?? {},
    source: 'scan.npz',
  });
}

it('The mean power is the mean over frames of the sum of squares', async () => {
  const powers = await framePowers(scan([1, 2, 3]));
  expect([...powers]).toEqual([64, 256, 576]);
  expect(meanPower(powers, 'scan')).toBeCloseTo((64 * (1 + 4 + 9)) / 3, 10);
});

it('The mean power of a scan longer than one read counts every frame once', async () => {
  const random = new Random(1);
  const amplitudes = Array.from({ length: 600 }, () => Math.fround(random.uniform()));
  const expected = (64 * amplitudes.reduce((sum, a) => sum + a * a, 0)) / 600;
  expect(meanPower(await framePowers(scan(amplitudes)), 'scan') / expected).toBeCloseTo(1, 6);
});

it('The mean frame comes with the scales where its sums were taken', async () => {
  const sums = new Float64Array(N * N);
  const raw = scan([1, 2, 6]);
  const powers = await framePowers(raw, { sums });
  const { meanFrame } = await measureScales(raw, { nphotons: null, powers, sums });
  expect(meanFrame).toEqual(Array.from({ length: N * N }, () => 3));
});

it('Without a stated dose, amplitudes are square roots of counts', async () => {
  // mean sum X^2 = 64 * 2.5 = 160; N/2 = 4; sum |P|^2 = 64 * 2 = 128
  expect(await measureScales(scan([1, 2]), { nphotons: null })).toEqual({
    inputScale: 4 / Math.sqrt(160),
    countScale: 1,
    meanCounts: 160,
    probeScale: 4 / Math.sqrt(128),
  });
});

it.each([
  { title: 'given', nphotons: 1e6, metadata: {}, counts: 1e6 },
  { title: 'stated by the file', nphotons: null, metadata: { nphotons: 4e5 }, counts: 4e5 },
  { title: 'given and stated: the one given counts', nphotons: 1e6, metadata: { nphotons: 4e5 }, counts: 1e6 },
  { title: 'stated as nonsense: amplitudes are square roots of counts', nphotons: null, metadata: { nphotons: '1e5' }, counts: 160 },
  { title: 'stated as zero: amplitudes are square roots of counts', nphotons: null, metadata: { nphotons: 0 }, counts: 160 },
])('Photons per frame $title', async ({ nphotons, metadata, counts }) => {
  const scales = await measureScales(scan([1, 2], { metadata }), { nphotons });
  expect(scales.meanCounts).toBeCloseTo(counts, 6);
  expect(scales.countScale).toBeCloseTo(Math.sqrt(counts / 160), 10);
  expect(scales.inputScale).toBeCloseTo(4 / Math.sqrt(160), 10); // no matter what the dose is
});

it('The dose a file states is a positive number or nothing', () => {
  expect(statedPhotons(scan([1], { metadata: { nphotons: 5 } }))).toBe(5);
  expect(statedPhotons(scan([1]))).toBeNull();
});

it('The normalised probe has the power (N/2)^2, summed over its modes', async () => {
  const probe = flatProbe(0.3, 3);
  const { probeScale } = await measureScales(scan([1], { probe }), { nphotons: null });
  const power = scaleProbe(probe, probeScale).data.reduce((sum, part) => sum + part * part, 0);
  expect(power).toBeCloseTo((N / 2) ** 2, 4);
});

it('A scaled probe is a new array of the same shape', () => {
  const probe = flatProbe(2);
  const scaled = scaleProbe(probe, 1.5);
  expect(scaled).toEqual({ shape: [N, N], data: new Float32Array(2 * N * N).fill(3) });
  expect(probe.data[0]).toBe(2);
});

it('Frames without a single count are refused', async () => {
  const error = await measureScales(scan([0, 0]), { nphotons: 1e5 }).catch((e: unknown) => e);
  expect(isPtychoError(error, 'MODEL_DATA')).toBe(true);
  expect((error as Error).message).toBe(
    'The diffraction is zero everywhere\n  at: scan.npz\n  fix: check which array the file calls diffraction',
  );
});

it.each([0, Number.NaN, Number.POSITIVE_INFINITY])('A probe of %f everywhere is refused', async (value) => {
  const error = await measureScales(scan([1], { probe: flatProbe(value) }), { nphotons: null }).catch((e: unknown) => e);
  expect(isPtychoError(error, 'MODEL_DATA')).toBe(true);
  expect((error as Error).message).toMatch(/^The probe has a total intensity of (0|NaN|Infinity)\n {2}at: scan\.npz#probeGuess/);
});

it('An abort ends the pass over the frames', async () => {
  await expect(measureScales(scan([1, 2]), { nphotons: null, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});
