import { add, div, max, mul, sqrt, square, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { addScaled, type ComplexKernels, scaled } from '../kernels/complex-kernels.js';

/** What {@link accelerate} remembers from epoch to epoch; tensors are complex `[H, W]`. */
export interface MomentumMemory {
  readonly velocity: Tensor;
  /** Updates of past epochs, newest first. */
  readonly updates: readonly Tensor[];
}

/** One epoch that has ended. */
export interface EpochUpdate {
  readonly before: Tensor;
  readonly after: Tensor;
  readonly illumination: Tensor;
  readonly gain: number;
  /** The error is not above that of the epoch before. */
  readonly falling: boolean;
}

/** Past updates that are looked at. */
const MEMORY = 2;

/**
 * Adds a share of the velocity to the object while epochs pull in one direction and the error falls; otherwise the velocity is halved. The
 * faster the correlation of updates decays, the larger the friction. The caller disposes the object and the memory.
 *
 * Source: the accelerated LSQ-ML of PtychoShelves, Wakonig et al., J. Appl. Cryst. 53, 574 (2020).
 */
export function accelerate(
  kernels: ComplexKernels,
  memory: MomentumMemory | undefined,
  epoch: EpochUpdate,
): { readonly object: Tensor; readonly memory: MomentumMemory } {
  const { before, after, illumination, gain, falling } = epoch;
  const update = kernels.subtract(after, before);
  const correlations = (memory?.updates ?? []).map((past) => correlation(kernels, update, past));
  const moving = falling && correlations.length === MEMORY && correlations.every((value) => value > 0);
  const velocity = tidy(() => {
    const old = memory?.velocity ?? scaled(kernels, update, 0);
    if (!moving) return scaled(kernels, old, 0.5);
    return addScaled(kernels, update, { factor: 1 - friction(correlations), direction: old });
  });
  const object = tidy(() => {
    if (!moving) return scaled(kernels, after, 1);
    const weight = div(illumination, add(illumination, mul(max(illumination), 0.1)));
    return addScaled(kernels, after, { factor: gain, direction: kernels.multiply(velocity, kernels.fromReal(weight)) });
  });
  const kept = (memory?.updates ?? []).slice(0, MEMORY - 1).map((past) => scaled(kernels, past, 1));
  return { object, memory: { velocity, updates: [update, ...kept] } };
}

/** Half the decay per epoch of the logarithm of the correlation, least squares through 0. */
function friction(correlations: readonly number[]): number {
  let [xy, xx] = [0, 0];
  correlations.forEach((value, i) => {
    xy += (i + 1) * Math.log(value);
    xx += (i + 1) ** 2;
  });
  return Math.min(1, 0.5 * Math.max(0, -xy / xx));
}

function correlation(kernels: ComplexKernels, a: Tensor, b: Tensor): number {
  return tidy(() => {
    const [u, v] = [kernels.parts(a), kernels.parts(b)];
    const norm = mul(sqrt(sum(square(u))), sqrt(sum(square(v))));
    return div(sum(mul(u, v)), norm).dataSync<'float32'>()[0] as number;
  });
}
