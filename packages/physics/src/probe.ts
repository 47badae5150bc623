import { type ComplexArray, complexZeros } from '@ptychokit/config';
import { gaussianBlur } from './gaussian-blur.js';

/** A probe in the units of this library, and the way back to its own. */
export interface NormalisedProbe {
  /** `[N, N]` or `[modes, N, N]`, sum of |P|^2 over all modes = (N/2)^2. */
  readonly probe: ComplexArray;
  /** The given probe is `factor` times the normalised one. */
  readonly factor: number;
}

/** Options of {@link diskProbe}. */
export interface DiskProbeOptions {
  readonly N: number;
  /** Diameter of the disk relative to N/2 - 1 pixels; default 0.7. */
  readonly relativeSize?: number;
  /** Standard deviation in pixels of the Gaussian that softens the edge; default 1. */
  readonly edgeSigma?: number;
}

/** A flat disk with a soft edge, phase 0, normalised, `[N, N]`; its centre is that of the array, ((N-1)/2, (N-1)/2). */
export function diskProbe({ N, relativeSize = 0.7, edgeSigma = 1 }: DiskProbeOptions): ComplexArray {
  const radius = (relativeSize * (N / 2 - 1)) / 2;
  const centre = (N - 1) / 2;
  const data = Float64Array.from({ length: N * N }, (_, i) => (Math.hypot((i % N) - centre, Math.floor(i / N) - centre) < radius ? 1 : 0));
  const soft = gaussianBlur({ height: N, width: N, data }, edgeSigma).data;
  return normaliseProbe(fromFunction(N, (i) => [soft[i] as number, 0])).probe;
}

/** Options of {@link gaussianProbe}. */
export interface GaussianProbeOptions {
  readonly N: number;
  /** Full width at half maximum of the intensity in pixels; default N/4. */
  readonly fwhmPx?: number;
}

/** A Gaussian with phase 0, normalised, centred on pixel (N/2, N/2), `[N, N]`. */
export function gaussianProbe({ N, fwhmPx = N / 4 }: GaussianProbeOptions): ComplexArray {
  assertPositive('fwhmPx', fwhmPx);
  const exponent = (2 * Math.LN2) / fwhmPx ** 2; // of the amplitude; the intensity halves at fwhmPx / 2
  const values = fromFunction(N, (i) => [Math.exp(-exponent * (((i % N) - N / 2) ** 2 + (Math.floor(i / N) - N / 2) ** 2)), 0]);
  return normaliseProbe(values).probe;
}

/** Options of {@link defocusedProbe}. */
export interface DefocusedProbeOptions {
  readonly N: number;
  /** Radius of the pupil relative to the largest spatial frequency; default 0.35. */
  readonly pupilRadius?: number;
  /** Quadratic phase at the rim of the pupil in radians; default 8 N / 64, a spot about a third of the frame wide. */
  readonly defocus_rad?: number;
  /** Half the width of the pupil's soft rim relative to its radius; default 0.2. A sharp rim gives the spot a hot or dark centre. */
  readonly softness?: number;
}

/** A round pupil with a quadratic phase, seen in the plane of the sample: P = F^-1(pupil exp(i defocus (k / k_rim)^2)), normalised, `[N, N]`. */
export function defocusedProbe({ N, pupilRadius = 0.35, defocus_rad = (8 * N) / 64, softness = 0.2 }: DefocusedProbeOptions): ComplexArray {
  assertPositive('pupilRadius', pupilRadius);
  assertPositive('softness', softness);
  const rim = (pupilRadius * N) / 2;
  const pupil = fromFunction(N, (i) => {
    const distance = Math.hypot((i % N) - N / 2, Math.floor(i / N) - N / 2);
    const open = smoothStep((1 + softness - distance / rim) / (2 * softness));
    const phase = defocus_rad * (distance / rim) ** 2;
    return [open * Math.cos(phase), open * Math.sin(phase)];
  });
  return normaliseProbe(centredInverseTransform(pupil)).probe;
}

/**
 * Scales a probe to sum |P|^2 = (N/2)^2 over all modes and keeps the factor.
 *
 * @throws {RangeError} when the probe is not `[N, N]` or `[modes, N, N]`, or is dark, or not finite.
 */
export function normaliseProbe(probe: ComplexArray): NormalisedProbe {
  const N = probeSize(probe);
  let energy = 0;
  for (const value of probe.data) energy += value * value;
  if (!(energy > 0 && Number.isFinite(energy))) throw new RangeError(`expected a probe with a finite energy above 0, got ${energy}`);
  const factor = Math.sqrt(energy) / (N / 2);
  return { probe: { shape: [...probe.shape], data: probe.data.map((value) => value / factor) }, factor };
}

/** Diameter in pixels of the circle as large as the region where the intensity (modes summed) is at least half its maximum. */
export function probeDiameterPx(probe: ComplexArray): number {
  const N = probeSize(probe);
  const intensity = new Float64Array(N * N);
  for (let i = 0; i < probe.data.length / 2; i++) {
    const pixel = i % intensity.length;
    intensity[pixel] = (intensity[pixel] as number) + (probe.data[2 * i] as number) ** 2 + (probe.data[2 * i + 1] as number) ** 2;
  }
  const half = intensity.reduce((largest, value) => Math.max(largest, value), 0) / 2;
  const area = half > 0 ? intensity.reduce((count, value) => count + (value >= half ? 1 : 0), 0) : 0;
  return 2 * Math.sqrt(area / Math.PI);
}

function probeSize({ shape, data }: ComplexArray): number {
  const [rows, columns] = shape.slice(-2);
  if (
    (shape.length !== 2 && shape.length !== 3) ||
    rows === undefined ||
    rows !== columns ||
    data.length !== 2 * shape.reduce((a, b) => a * b, 1)
  ) {
    throw new RangeError(`expected a probe of shape [N, N] or [modes, N, N], got [${shape.join(', ')}] with ${data.length / 2} values`);
  }
  return rows;
}

function fromFunction(N: number, value: (index: number) => readonly [re: number, im: number]): ComplexArray {
  const array = complexZeros([N, N]);
  for (let i = 0; i < N * N; i++) array.data.set(value(i), 2 * i);
  return array;
}

/** Zero frequency and result both centred on (N/2, N/2); a plain sum per line, since it runs once. */
function centredInverseTransform(spectrum: ComplexArray): ComplexArray {
  const N = spectrum.shape[0] as number;
  const cosines = Float64Array.from({ length: N }, (_, i) => Math.cos((2 * Math.PI * i) / N));
  const sines = Float64Array.from({ length: N }, (_, i) => Math.sin((2 * Math.PI * i) / N));
  const alongRows = (source: Float64Array): Float64Array => {
    const result = new Float64Array(source.length);
    for (let row = 0; row < N; row++) {
      for (let x = 0; x < N; x++) {
        let re = 0;
        let im = 0;
        for (let k = 0; k < N; k++) {
          const turn = (((k - N / 2) * (x - N / 2)) % N) + N; // its sign may be negative
          const [c, s] = [cosines[turn % N] as number, sines[turn % N] as number];
          const [a, b] = [source[2 * (row * N + k)] as number, source[2 * (row * N + k) + 1] as number];
          re += a * c - b * s;
          im += a * s + b * c;
        }
        // Written transposed, so that the second pass runs along the other axis and puts everything back.
        result[2 * (x * N + row)] = re;
        result[2 * (x * N + row) + 1] = im;
      }
    }
    return result;
  };
  return { shape: [N, N], data: Float32Array.from(alongRows(alongRows(Float64Array.from(spectrum.data)))) };
}

/** 0 below 0, 1 above 1, a cubic with level ends between. */
function smoothStep(t: number): number {
  const inside = Math.min(1, Math.max(0, t));
  return inside * inside * (3 - 2 * inside);
}

function assertPositive(name: string, value: number): void {
  if (!(value > 0)) throw new RangeError(`expected ${name} to be positive, got ${value}`);
}
