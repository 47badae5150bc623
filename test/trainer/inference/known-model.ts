import type { ComplexArray } from '@ptychokit/config';
import type { RawData } from '@ptychokit/memmap-bridge';
import type { TrainedModel } from '@ptychokit/trainer';
import { measureScales, scaleProbe } from '../../../packages/trainer/src/scales.js';
import { tinyModel, withoutKernels } from '../tiny-model.js';

const N = 64;

/** What the patches of a model look like: modulus and angle of the central square and of the rim around it. */
export interface TwoTone {
  readonly centre: { readonly modulus: number; readonly angle: number };
  readonly rim: { readonly modulus: number; readonly angle: number };
}

/** A model without kernels, whose patches are 1 whatever the frames; the probe is that of the scan, normalised. */
export async function knownModel(raw: RawData, config: Record<string, unknown> = {}): Promise<TrainedModel> {
  const scales = await measureScales(raw, { nphotons: null });
  const model = tinyModel({ config, scales, probe: scaleProbe(raw.probeGuess, scales.probeScale), canvasSize: 84 });
  return { ...model, values: withoutKernels(model) };
}

/** The same model with patches of two tones; the modulus of the centre is below 3. */
export function withTones(model: TrainedModel, { centre, rim }: TwoTone): TrainedModel {
  const values = new Map(model.values);
  values.set('amplitude/centre/bias', Float32Array.of(-Math.log(3 / centre.modulus - 1)));
  values.set('phase/centre/bias', Float32Array.of(Math.atanh(centre.angle / Math.PI)));
  values.set('amplitude/border/out/bias', Float32Array.of(inverseSilu(rim.modulus)));
  values.set('phase/border/out/bias', Float32Array.of(inverseSilu(rim.angle)));
  return { ...model, values };
}

/** z with silu(z) = y, by Newton's method from the right of the minimum. */
function inverseSilu(y: number): number {
  let z = y;
  for (let i = 0; i < 60; i++) {
    const s = 1 / (1 + Math.exp(-z));
    z -= (z * s - y) / (s * (1 + z * (1 - s)));
  }
  return z;
}

/** The patch of {@link withTones} at a pixel. */
export function toneAt({ centre, rim }: TwoTone, row: number, column: number): { readonly re: number; readonly im: number } {
  const inside = (i: number): boolean => i >= N / 4 && i < (3 * N) / 4;
  const { modulus, angle } = inside(row) && inside(column) ? centre : rim;
  return { re: modulus * Math.cos(angle), im: modulus * Math.sin(angle) };
}

/** A probe `[N, N]` times, or over, the patch of {@link withTones}. */
export function toned(probe: ComplexArray, tones: TwoTone, operation: 'times' | 'over'): ComplexArray {
  const data = new Float32Array(probe.data.length);
  for (let i = 0; i < N * N; i++) {
    const { re, im } = toneAt(tones, Math.floor(i / N), i % N);
    const [a, b] = [probe.data[2 * i] as number, probe.data[2 * i + 1] as number];
    const square = re * re + im * im;
    data.set(operation === 'times' ? [a * re - b * im, a * im + b * re] : [(a * re + b * im) / square, (b * re - a * im) / square], 2 * i);
  }
  return { shape: [...probe.shape], data };
}
