import { div, mean, mul, slice, sqrt, square, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Estimate } from '../engines/engine.js';
import { type ComplexKernels, scaled } from '../kernels/complex-kernels.js';

/** A rectangle of the object array, ends exclusive. */
export interface ScannedBox {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/**
 * Takes the common factor of object and probe, which no data can tell, to the probe: afterwards the illuminated part of the object has
 * modulus 1 in the weighted root mean square. The caller disposes the result.
 */
export function removeScaleAmbiguity(
  kernels: ComplexKernels,
  { object, probe }: Estimate,
  { illumination, box }: { readonly illumination: Tensor; readonly box: ScannedBox },
): Estimate & { readonly factor: number } {
  const { top, left, bottom, right } = box;
  const size: [number, number] = [Math.max(1, bottom - top), Math.max(1, right - left)];
  const factor = tidy(() => {
    const weights = slice(illumination, [top, left], size);
    const inside = slice(kernels.parts(object), [top, left, 0], [...size, 2]);
    const power = sum(square(inside), 2);
    return sqrt(div(mean(mul(power, weights)), sqrt(mean(square(weights))))).dataSync<'float32'>()[0] as number;
  });
  if (!(factor > 0) || !Number.isFinite(factor)) return { object: scaled(kernels, object, 1), probe: scaled(kernels, probe, 1), factor: 1 };
  return { object: scaled(kernels, object, 1 / factor), probe: scaled(kernels, probe, factor), factor };
}

/** The part of the object array that the centres of the patches span: rows and columns of geometric centres, cut off downwards. */
export function scannedBox(starts: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }, N: number): ScannedBox {
  const range = (values: ArrayLike<number>): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < values.length; k++) {
      low = Math.min(low, values[k] as number);
      high = Math.max(high, values[k] as number);
    }
    return [Math.trunc(low + (N - 1) / 2), Math.trunc(high + (N - 1) / 2)];
  };
  const [left, right] = range(starts.x);
  const [top, bottom] = range(starts.y);
  return { top, left, bottom, right };
}
