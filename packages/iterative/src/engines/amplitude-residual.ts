import { add, div, matMul, mul, reshape, rsqrt, sqrt, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type ComplexKernels, consuming } from '../kernels/complex-kernels.js';

/** Which deviation of model and data an update follows. */
export type NoiseModel = 'gaussian' | 'poisson';

/**
 * Weight of staying with the model against the Poisson likelihood in its proximal operator. Large enough that pixels without a count
 * are not pulled to zero at once (which biases low doses), small enough that a count on a dark pixel does not throw the step.
 */
export const POISSON_HOLD = 16;

/** What {@link fieldCorrection} needs besides the far fields. */
export interface CorrectionOptions {
  /** Square roots of counts, `[B, 1, N, N]`, zero frequency at the centre. */
  readonly amplitudes: Tensor;
  /** 1 where a pixel counts, 0 where it is left to the model, `[N, N]`; undefined when all count. */
  readonly mask: Tensor | undefined;
  readonly noise: NoiseModel;
}

/**
 * Correction of the far fields, `[B, m, N, N]`: Psi d with the relative change d of the modulus that the data asks for.
 *
 * Gaussian in amplitude: d = sqrt(I) / s - 1, the projection onto the data. Poisson: d = (1 + r/2) (s' / s - 1) with the proximal point
 * s' = argmin t^2 - 2 I log t + r (t - s)^2; r -> 0 is the projection, r -> infinity the gradient (I / s^2 - 1) / 2, and near the data all of
 * them agree to first order.
 *
 * Sources: Odstrcil, Menzel, Guizar-Sicairos, Opt. Express 26, 3108 (2018), section 2; Thibault & Guizar-Sicairos, New J. Phys. 14, 063004 (2012);
 * the proximal point follows from the likelihood by one quadratic equation.
 */
export function fieldCorrection(kernels: ComplexKernels, fields: Tensor, options: CorrectionOptions): Tensor {
  return tidy(() => {
    const intensity = modeSum(kernels.squaredModulus(fields));
    const change = options.noise === 'gaussian' ? projection(intensity, options.amplitudes) : proximal(sqrt(intensity), options.amplitudes);
    intensity.dispose();
    const masked = options.mask === undefined ? change : consuming(mul(change, options.mask), change);
    return kernels.multiply(fields, consuming(kernels.fromReal(masked), masked));
  });
}

/** Sum over modes, `[B, 1, N, N]`. */
export function modeSum(intensities: Tensor): Tensor {
  return (intensities.shape[1] as number) === 1 ? intensities : sum(intensities, 1, true);
}

function projection(intensity: Tensor, amplitudes: Tensor): Tensor {
  const inverse = rsqrt(intensity);
  const ratio = consuming(mul(amplitudes, inverse), inverse);
  return consuming(sub(ratio, 1), ratio);
}

function proximal(modulus: Tensor, amplitudes: Tensor): Tensor {
  const r = POISSON_HOLD;
  const root = sqrt(add(mul(mul(modulus, modulus), r * r), mul(mul(amplitudes, amplitudes), 4 * (1 + r))));
  const gain = (1 + r / 2) / (2 * (1 + r));
  return mul(sub(div(root, modulus), 2 + r), gain);
}

/** Sums of squared deviations of amplitudes, one per frame, `[B]`. */
export function amplitudeErrors(kernels: ComplexKernels, fields: Tensor, options: Omit<CorrectionOptions, 'noise'>): Tensor {
  return tidy(() => {
    const intensity = modeSum(kernels.squaredModulus(fields));
    const deviation = sub(options.amplitudes, sqrt(intensity));
    const masked = options.mask === undefined ? deviation : mul(deviation, options.mask);
    const rows = reshape(masked, [masked.shape[0] as number, 1, -1]);
    return reshape(matMul(rows, rows, false, true), [-1]);
  });
}
