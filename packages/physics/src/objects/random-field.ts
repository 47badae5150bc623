import type { Random } from '@ptychokit/config';
import { gaussianBlur, type RealMap } from '../gaussian-blur.js';
import { ImageTransform } from '../image-transform.js';

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

/** Gaussian random field of a power-law spectrum, scaled to 0 … 1, then blurred. */
export function randomFieldMap(options: RandomFieldOptions): RealMap {
  const { height, width, random, exponent = -0.4, blurSigma = 1 } = options;
  const side = 2 ** Math.ceil(Math.log2(Math.max(height, width)));
  const field = filteredNoise(side, { random, exponent });
  const data = Float64Array.from({ length: height * width }, (_, i) => field[Math.floor(i / width) * side + (i % width)] as number);
  return gaussianBlur(scaledToUnit({ height, width, data }), blurSigma);
}

/** White noise `[side, side]` whose amplitude at frequency k is multiplied by k^(exponent / 2); no constant term. Unscaled. */
function filteredNoise(side: number, { random, exponent }: { readonly random: Random; readonly exponent: number }): Float64Array {
  const transform = new ImageTransform(side);
  const { re, im } = transform.input;
  for (let i = 0; i < re.length; i++) re[i] = random.normal();
  const spectrum = transform.transform();
  for (let i = 0; i < re.length; i++) {
    const k = Math.hypot(signedFrequency(i % side, side), signedFrequency(Math.floor(i / side), side));
    const factor = k === 0 ? 0 : k ** (exponent / 2);
    // Conjugated, so that the second forward transform is the inverse.
    re[i] = factor * (spectrum.re[i] as number);
    im[i] = -factor * (spectrum.im[i] as number);
  }
  return transform.transform().re;
}

const signedFrequency = (index: number, side: number): number => (index < side / 2 ? index : index - side);

function scaledToUnit({ height, width, data }: RealMap): RealMap {
  const low = data.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const range = high > low ? high - low : 1;
  return { height, width, data: data.map((value) => (value - low) / range) };
}
