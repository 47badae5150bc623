import * as tf from '@tensorflow/tfjs-core';

/** Keeps the logarithm of a predicted rate finite, in counts. */
export const RATE_FLOOR = 1e-7;

/**
 * Poisson negative log likelihood of counts, above that of a perfect prediction: sum over all but the first axis of
 * r - n log r - (n - n log n) (Thibault and Guizar-Sicairos, New J. Phys. 14, 063004, 2012; half the deviance).
 *
 * The subtracted part does not depend on the model: gradients are those of r - n log r, and 0 is perfect.
 *
 * @param rate predicted counts `[batch, ...]`, positive
 * @param counts observed counts, same shape
 * @returns `[batch]`
 */
export function poissonLoss(rate: tf.Tensor, counts: tf.Tensor): tf.Tensor1D {
  const op = tf.customGrad((r, save) => {
    const value = tf.tidy(() => {
      const ratio = tf.div(tf.maximum(counts, RATE_FLOOR), r as tf.Tensor);
      return perSample(tf.add(tf.sub(r as tf.Tensor, counts), tf.mul(counts, tf.log(ratio))));
    });
    (save as tf.GradSaveFunc)([r as tf.Tensor, counts]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [kept, n] = saved as [tf.Tensor, tf.Tensor];
      const weights = tf.reshape(dy, [dy.shape[0] as number, ...kept.shape.slice(1).map(() => 1)]);
      return tf.mul(weights, tf.sub(1, tf.div(n, kept)));
    };
    return { value, gradFunc };
  });
  return op(rate) as tf.Tensor1D;
}

/** Mean absolute error over everything but the first axis, `[batch]`. */
export const maeLoss = (predicted: tf.Tensor, observed: tf.Tensor): tf.Tensor1D => {
  const size = predicted.size / (predicted.shape[0] as number);
  return tf.div(perSample(tf.abs(tf.sub(predicted, observed))), size);
};

/** Mean total variation (anisotropic) of complex patches given as real and imaginary part, `[batch, patches, N, N]` each; `[batch]`. */
export function totalVariation(parts: readonly tf.Tensor[]): tf.Tensor1D {
  const terms = parts.flatMap((part) => [neighbourDifference(part, 2), neighbourDifference(part, 3)]);
  const size = (parts[0] as tf.Tensor).size / ((parts[0] as tf.Tensor).shape[0] as number);
  return tf.div(tf.addN(terms.map((term) => perSample(tf.abs(term)))), size) as tf.Tensor1D;
}

function neighbourDifference(image: tf.Tensor, axis: 2 | 3): tf.Tensor {
  const length = image.shape[axis] as number;
  const [head] = tf.split(image, [length - 1, 1], axis) as [tf.Tensor, tf.Tensor];
  const [, tail] = tf.split(image, [1, length - 1], axis) as [tf.Tensor, tf.Tensor];
  return tf.sub(tail, head);
}

/** Mean absolute difference of angles, wrapped to (-pi, pi], weighted; `[batch]`. */
export function wrappedPhaseLoss(predicted: tf.Tensor, observed: tf.Tensor): tf.Tensor1D {
  const difference = tf.sub(predicted, observed);
  const turns = tf.tidy(() => tf.round(tf.div(difference, 2 * Math.PI)));
  const size = predicted.size / (predicted.shape[0] as number);
  return tf.div(perSample(tf.abs(tf.sub(difference, tf.mul(turns, 2 * Math.PI)))), size);
}

const perSample = (tensor: tf.Tensor): tf.Tensor1D => tf.sum(tf.reshape(tensor, [tensor.shape[0] as number, -1]), 1) as tf.Tensor1D;
