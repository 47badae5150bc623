import type { ComplexArray } from '@ptychokit/config';

/** How patches are weighed where they overlap. */
export interface StitchOptions {
  /** `probe`: by the intensity that lit the pixel; `uniform`: all alike. Default `probe`. */
  readonly stitchWeights?: 'probe' | 'uniform' | undefined;
  /** Only the central square of this side counts, in pixels. Default: N for `probe`, N/2 for `uniform`. */
  readonly stitchSize?: number | null | undefined;
}

/** Weights of a patch, `[N * N]`, maximum 1. */
export function stitchWeightsFor(probe: ComplexArray, options: StitchOptions): Float32Array {
  const { stitchWeights = 'probe' } = options;
  const N = probe.shape.at(-1) as number;
  const size = options.stitchSize ?? (stitchWeights === 'probe' ? N : N / 2);
  if (!(Number.isInteger(size) && size > 0 && size <= N)) throw new RangeError(`expected a stitch size from 1 to ${N}, got ${size}`);
  const intensity = probeIntensity(probe);
  const peak = intensity.reduce((a, b) => Math.max(a, b), 0);
  const first = Math.floor((N - size) / 2);
  const inside = (i: number): boolean => i >= first && i < first + size;
  return intensity.map((value, i) => {
    if (!inside(i % N) || !inside(Math.floor(i / N))) return 0;
    return stitchWeights === 'probe' ? value / peak : 1;
  });
}

/** Sum of |P|^2 over the modes, `[N * N]`. */
function probeIntensity({ shape, data }: ComplexArray): Float32Array {
  const area = (shape.at(-1) as number) ** 2;
  const intensity = new Float32Array(area);
  for (let i = 0; i < data.length / 2; i++) {
    intensity[i % area] = (intensity[i % area] as number) + (data[2 * i] as number) ** 2 + (data[2 * i + 1] as number) ** 2;
  }
  return intensity;
}
