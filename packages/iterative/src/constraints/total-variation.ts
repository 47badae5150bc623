import { add, div, maximum, mul, pad, slice, sqrt, square, sub, sum, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';

/** Dual steps; the step length 1/4 is within the bound 1/8 times 2 of the projected gradient. */
const STEPS = 20;
const STEP = 0.25;

/**
 * Proximal point of the total variation: argmin |X - O|^2 / 2 + weight sum |grad X|, gradients of complex values. The caller disposes.
 *
 * Source: Chambolle, J. Math. Imaging Vision 20, 89 (2004), as projected gradient on the dual.
 *
 * @param object complex `[H, W]`
 */
export function denoiseTotalVariation(kernels: ComplexKernels, object: Tensor, { weight }: { readonly weight: number }): Tensor {
  return tidy(() => {
    const target = kernels.parts(object); // [H, W, 2]
    let [dualY, dualX] = [zerosLike(target), zerosLike(target)] as [Tensor, Tensor];
    for (let k = 0; k < STEPS; k++) {
      const estimate = sub(target, mul(adjointGradient(dualY, dualX), weight));
      const up = add(dualY, mul(forwardDifference(estimate, 0), STEP / weight));
      const right = add(dualX, mul(forwardDifference(estimate, 1), STEP / weight));
      const length = maximum(sqrt(sum(add(square(up), square(right)), 2, true)), 1);
      [dualY, dualX] = [div(up, length), div(right, length)];
    }
    return kernels.fromParts(sub(target, mul(adjointGradient(dualY, dualX), weight)));
  });
}

/** Next minus own value, 0 in the last row or column. */
function forwardDifference(values: Tensor, axis: 0 | 1): Tensor {
  const [height, width] = values.shape as [number, number, number];
  const size = axis === 0 ? [height - 1, width, 2] : [height, width - 1, 2];
  const from = axis === 0 ? [1, 0, 0] : [0, 1, 0];
  return pad(sub(slice(values, from, size), slice(values, [0, 0, 0], size)), rim(axis, 'after'));
}

/** Adjoint of both differences: own value of the one before minus own. */
function adjointGradient(dualY: Tensor, dualX: Tensor): Tensor {
  const along = (dual: Tensor, axis: 0 | 1): Tensor => {
    const [height, width] = dual.shape as [number, number, number];
    const inner = slice(dual, [0, 0, 0], axis === 0 ? [height - 1, width, 2] : [height, width - 1, 2]);
    return sub(pad(inner, rim(axis, 'before')), pad(inner, rim(axis, 'after')));
  };
  return add(along(dualY, 0), along(dualX, 1));
}

const rim = (axis: 0 | 1, side: 'before' | 'after'): [number, number][] =>
  [0, 1, 2].map((each) => (each === axis ? (side === 'before' ? [1, 0] : [0, 1]) : [0, 0]) as [number, number]);
