import { add, div, mul, pad, slice, sqrt, square, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';

/** Differences of neighbours beyond this (the object has amplitude about 1) count as edges and are pulled no stronger. */
const EDGE = 0.1;

/** Largest curvature of the prior at a pixel with four neighbours. */
export const priorCurvature = (weight: number): number => 8 * weight;

/**
 * Gradient of the smoothness prior, `weight` times the sum over neighbouring pixels of the Huber-like edge^2 (sqrt(1 + |O_p - O_q|^2 / edge^2) - 1):
 * quadratic for small differences, linear at edges. Complex `[H, W]`.
 *
 * Source: Charbonnier, Blanc-Feraud, Aubert, Barlaud, IEEE Trans. Image Process. 6, 298 (1997).
 */
export function priorGradient(kernels: ComplexKernels, object: Tensor, { weight }: { readonly weight: number }): Tensor {
  return tidy(() => {
    const parts = kernels.parts(object); // [H, W, 2]
    const pull = [0, 1].map((axis) => pullAlong(parts, axis));
    return kernels.fromParts(mul(add(pull[0] as Tensor, pull[1] as Tensor), weight));
  });
}

function pullAlong(parts: Tensor, axis: number): Tensor {
  const [height, width] = parts.shape as [number, number, number];
  const one = [axis === 0 ? 1 : 0, axis === 1 ? 1 : 0, 0];
  const size = [height - (one[0] as number), width - (one[1] as number), 2];
  const step = sub(slice(parts, one, size), slice(parts, [0, 0, 0], size));
  const steepness = sqrt(add(div(sum(square(step), 2, true), EDGE * EDGE), 1));
  const force = div(step, steepness);
  const before = one.map((n) => [n, 0] as [number, number]);
  const after = one.map((n) => [0, n] as [number, number]);
  return sub(pad(force, before), pad(force, after));
}
