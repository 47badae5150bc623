import type { Tensor } from '@tensorflow/tfjs-core';
import { priorCurvature, priorGradient } from './object-prior.js';

/** Share of the largest illumination below which the object direction is no longer divided by the illumination. */
const DAMPING = 0.1;

/** What {@link objectDirection} works on; arrays are pairs of real and imaginary part, `[H, W]`. */
export interface ObjectDirectionInput {
  /** sum_j conj(P_j) chi_j; becomes the direction. */
  readonly sums: Float32Array;
  readonly object: Float32Array;
  readonly width: number;
  /** W = sum_j |P|^2 over the whole scan, float32 `[H, W]`. */
  readonly illumination: Tensor;
  /** Weight of the prior for the whole scan; 0 for none. */
  readonly weight: number;
  /** Share of the scan that the batch is. */
  readonly share: number;
}

/**
 * Turns the sums into D = (sum_j conj(P_j) chi_j - the prior's gradient) / sqrt((W + curvature)^2 + (0.1 max W)^2), pairs of real and imaginary part.
 *
 * In place and outside the engine: one pass over an array of the size of the object, where single operations on it cost more than their arithmetic.
 */
export function toObjectDirection({ sums, object, width, illumination, weight, share }: ObjectDirectionInput): void {
  const inverse = inverseIllumination(illumination, priorCurvature(weight));
  const prior = weight === 0 ? undefined : priorGradient(object, { width, weight: weight * share });
  for (let i = 0; i < inverse.length; i++) {
    const scale = inverse[i] as number;
    const re = prior === undefined ? 0 : (prior[2 * i] as number);
    const im = prior === undefined ? 0 : (prior[2 * i + 1] as number);
    sums[2 * i] = scale * ((sums[2 * i] as number) - re);
    sums[2 * i + 1] = scale * ((sums[2 * i + 1] as number) - im);
  }
}

/** values + factor * direction, into `target`. */
export function moved(
  values: Float32Array,
  { factor, direction, target }: { readonly factor: number; readonly direction: Float32Array; readonly target: Float32Array },
): Float32Array {
  for (let i = 0; i < values.length; i++) target[i] = (values[i] as number) + factor * (direction[i] as number);
  return target;
}

/** By the illuminations they were made of: one changes once per epoch at most, and serves all its batches. */
const inverses = new WeakMap<Tensor, { readonly curvature: number; readonly values: Float32Array }>();

function inverseIllumination(illumination: Tensor, curvature: number): Float32Array {
  const known = inverses.get(illumination);
  if (known?.curvature === curvature) return known.values;
  const light = illumination.dataSync<'float32'>();
  const damping = (DAMPING * light.reduce((most, value) => Math.max(most, value), 0)) ** 2;
  const values = light.map((value) => 1 / Math.sqrt((value + curvature) ** 2 + damping));
  inverses.set(illumination, { curvature, values });
  return values;
}
