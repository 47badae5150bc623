import type { ModelConfig } from '@ptychokit/config';
import type { ComplexPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';

/**
 * What a trained probe goes through before it lights anything: Gaussian smoothing, then a disc of radius N/4; both optional.
 *
 * @param probe `[..., N, N]`
 */
export function filterProbe(probe: ComplexPair, config: Pick<ModelConfig, 'N' | 'probeMask' | 'gaussianSmoothingSigma'>): ComplexPair {
  const { N, probeMask, gaussianSmoothingSigma: sigma } = config;
  if (!probeMask && sigma === 0) return probe;
  const blur = sigma > 0 ? gaussianMatrix(N, sigma) : undefined;
  const mask = probeMask ? discMask(N) : undefined;
  const apply = (part: tf.Tensor): tf.Tensor => {
    const smooth = blur === undefined ? part : blurred(part, blur);
    return mask === undefined ? smooth : tf.mul(smooth, mask);
  };
  return { re: apply(probe.re), im: apply(probe.im) };
}

/** Separable: G image G^T, each mode for itself. */
function blurred(part: tf.Tensor, blur: tf.Tensor2D): tf.Tensor {
  const N = blur.shape[0];
  const images = tf.reshape(part, [-1, N, N]);
  const matrix = tf.tile(tf.expandDims(blur, 0), [images.shape[0] as number, 1, 1]);
  return tf.reshape(tf.matMul(tf.matMul(matrix, images), matrix, false, true), part.shape);
}

/** `[N, N]`, row r holds the weights of all pixels in smoothed pixel r; what lies outside counts as zero. */
function gaussianMatrix(N: number, sigma: number): tf.Tensor2D {
  const kernel = (d: number): number => Math.exp(-(d * d) / (2 * sigma * sigma)) / (sigma * Math.sqrt(2 * Math.PI));
  return tf.tensor2d(
    Float32Array.from({ length: N * N }, (_, i) => kernel((i % N) - Math.floor(i / N))),
    [N, N],
  );
}

/** `[N, N]`: 1 within N/4 of pixel (N/2, N/2), 0 elsewhere. */
function discMask(N: number): tf.Tensor2D {
  const inside = (i: number): boolean => Math.hypot((i % N) - N / 2, Math.floor(i / N) - N / 2) <= N / 4;
  return tf.tensor2d(
    Float32Array.from({ length: N * N }, (_, i) => (inside(i) ? 1 : 0)),
    [N, N],
  );
}
