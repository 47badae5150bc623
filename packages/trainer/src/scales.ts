import type { ComplexArray } from '@ptychokit/config';
import type { RawData } from '@ptychokit/memmap-bridge';
import { ModelDataError } from './errors.js';

/**
 * Numbers that connect the data, the network and the physics (NORMALIZATION-001), measured on the training split once and kept with
 * the model.
 */
export interface Scales {
  /** g: the network sees g X. N/2 over the rms amplitude of a frame. */
  readonly inputScale: number;
  /** s: counts are (s X)^2. */
  readonly countScale: number;
  /** Mean photons per frame, sum (s X)^2. */
  readonly meanCounts: number;
  /** The normalised probe is this factor times the probe of the scan. */
  readonly probeScale: number;
  /** Mean of X over the frames, `[N * N]` row-major, where the network sees g (X - mean) (`inputCentring`). */
  readonly meanFrame?: readonly number[];
}

const FRAMES_PER_READ = 256;

/** How `framePowers` goes over the frames. */
export interface FramePassOptions {
  readonly signal?: AbortSignal | undefined;
  /** Sums of the frames are added here, `[N * N]`. */
  readonly sums?: Float64Array | undefined;
}

/** sum X^2 of every frame, `[n]`; one streaming pass. */
export async function framePowers(raw: RawData, { signal, sums }: FramePassOptions = {}): Promise<Float64Array> {
  const { frames, frameCount, frameSize } = raw;
  const area = frameSize ** 2;
  const buffer = new Float32Array(Math.min(FRAMES_PER_READ, frameCount) * area);
  const powers = new Float64Array(frameCount);
  for (let start = 0; start < frameCount; start += FRAMES_PER_READ) {
    signal?.throwIfAborted();
    const count = Math.min(FRAMES_PER_READ, frameCount - start);
    const into = buffer.subarray(0, count * area);
    await frames.readFrames(
      Int32Array.from({ length: count }, (_, i) => start + i),
      into,
    );
    for (let k = 0; k < count; k++) {
      let power = 0;
      for (let i = k * area; i < (k + 1) * area; i++) power += (into[i] as number) ** 2;
      powers[start + k] = power;
    }
    if (sums !== undefined) for (let i = 0; i < into.length; i++) sums[i % area] = (sums[i % area] as number) + (into[i] as number);
  }
  return powers;
}

/**
 * Mean of sum X^2 over all frames, from `framePowers`.
 *
 * @throws ModelDataError frames without a single count
 */
export function meanPower(powers: Float64Array, where: string): number {
  const total = powers.reduce((sum, power) => sum + power, 0);
  if (!(total > 0)) {
    throw new ModelDataError('The diffraction is zero everywhere', {
      where,
      fix: 'check which array the file calls diffraction',
    });
  }
  return total / powers.length;
}

/** Photons per frame that the file states, if it does. */
export function statedPhotons(raw: RawData): number | null {
  const stated = raw.metadata.nphotons;
  return typeof stated === 'number' && stated > 0 ? stated : null;
}

/**
 * Scales of a training split.
 *
 * With `nphotons` (given, or stated by the file) s = sqrt(nphotons / mean sum X^2); without, X is taken as sqrt(counts) and s = 1.
 * The probe is normalised to sum |P|^2 = (N/2)^2, so that an object of modulus 1 predicts the mean power of g X.
 *
 * @param options `powers`: those of `framePowers`, where they are known already; `sums`: those it added up, where the mean frame counts
 */
export async function measureScales(
  raw: RawData,
  options: FramePassOptions & { readonly nphotons: number | null; readonly powers?: Float64Array | undefined },
): Promise<Scales> {
  const power = meanPower(options.powers ?? (await framePowers(raw, options)), raw.source);
  const nphotons = options.nphotons ?? statedPhotons(raw);
  const countScale = nphotons === null ? 1 : Math.sqrt(nphotons / power);
  const half = raw.frameSize / 2;
  return {
    inputScale: half / Math.sqrt(power),
    countScale,
    meanCounts: countScale ** 2 * power,
    probeScale: half / Math.sqrt(probePower(raw.probeGuess, raw.source)),
    ...(options.sums === undefined ? {} : { meanFrame: Array.from(options.sums, (sum) => Math.fround(sum / raw.frameCount)) }),
  };
}

function probePower(probe: ComplexArray, where: string): number {
  let power = 0;
  for (const part of probe.data) power += part * part;
  if (!(power > 0) || !Number.isFinite(power)) {
    throw new ModelDataError(`The probe has a total intensity of ${power}`, {
      where: `${where}#probeGuess`,
      fix: 'give a probe estimate with finite, non-zero values',
    });
  }
  return power;
}

/** The probe times a real factor. */
export const scaleProbe = (probe: ComplexArray, factor: number): ComplexArray => ({
  shape: [...probe.shape],
  data: probe.data.map((part) => part * factor),
});
