import type { Random } from '@ptychokit/config';
import { mul, tensor2d, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { fromPairSync, mapPair } from '../complex-pair.js';
import { farField, inverseFarField } from '../fourier.js';
import { gaussianBlur, type RealMap } from '../gaussian-blur.js';

/** Options of {@link randomFieldMap}. */
export interface RandomFieldOptions {
  readonly height: number;
  readonly width: number;
  readonly random: Random;
  /** Exponent of the power spectrum, P(k) = k^exponent; default -0.4. */
  readonly exponent?: number;
  /** Standard deviation of the final blur in pixels; default 1. */
  readonly blurSigma?: number;
}

/** Gaussian random field of a power-law spectrum, scaled to 0 … 1, then blurred. Runs on the active engine, blocking. */
export function randomFieldMap(options: RandomFieldOptions): RealMap {
  const { height, width, random, exponent = -0.4, blurSigma = 1 } = options;
  const side = 2 * Math.ceil(Math.max(height, width) / 2);
  const noise = Float32Array.from({ length: side * side }, () => random.normal());
  const field = tidy(() => {
    const white = tensor2d(noise, [side, side]);
    const filter = tensor2d(amplitudeFilter(side, exponent), [side, side]);
    const spectrum = farField({ re: white, im: zerosLike(white) });
    return fromPairSync(inverseFarField(mapPair(spectrum, (part) => mul(part, filter)))).data;
  });
  const data = Float64Array.from({ length: height * width }, (_, i) => field[2 * (Math.floor(i / width) * side + (i % width))] as number);
  return gaussianBlur(scaledToUnit({ height, width, data }), blurSigma);
}

/** Square root of the power spectrum on the centred frequency grid; no constant term. */
function amplitudeFilter(side: number, exponent: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => {
    const k = Math.hypot((i % side) - side / 2, Math.floor(i / side) - side / 2);
    return k === 0 ? 0 : k ** (exponent / 2);
  });
}

function scaledToUnit({ height, width, data }: RealMap): RealMap {
  const low = data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const range = high > low ? high - low : 1;
  return { height, width, data: data.map((value) => (value - low) / range) };
}
