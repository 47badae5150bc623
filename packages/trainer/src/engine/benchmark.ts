import * as tf from '@tensorflow/tfjs-core';

/** Speed of the two operations that dominate training, in 10^9 multiplications and additions per second. */
export interface EngineBenchmark {
  /** Convolution 3x3, 64 to 64 channels, on `[16, 32, 32, 64]`, padded. */
  readonly convolutionGflops: number;
  /** Product of two `[1024, 1024]` matrices. */
  readonly matmulGflops: number;
}

const RUNS = 7;
const WARM_UPS = 2;

/** A multiply-add counts as two operations. */
const CONVOLUTION_FLOP = 2 * 16 * 32 * 32 * 64 * 64 * 3 * 3;
const MATMUL_FLOP = 2 * 1024 ** 3;

function bestSeconds(work: () => tf.Tensor): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = -WARM_UPS; run < RUNS; run++) {
    const begun = performance.now();
    const result = work();
    const elapsed = performance.now() - begun;
    result.dispose();
    if (run >= 0) best = Math.min(best, elapsed);
  }
  return best / 1000;
}

/** Measures the active backend, best of several runs; takes about a second on two cores. Call `loadEngine` first. */
export function benchmarkEngine(): EngineBenchmark {
  return tf.tidy(() => {
    const images = tf.fill([16, 32, 32, 64], 0.5) as tf.Tensor4D;
    const filters = tf.fill([3, 3, 64, 64], 0.25) as tf.Tensor4D;
    const matrix = tf.fill([1024, 1024], 0.5) as tf.Tensor2D;
    const convolution_s = bestSeconds(() => tf.conv2d(images, filters, 1, 'same'));
    const matmul_s = bestSeconds(() => tf.matMul(matrix, matrix));
    return { convolutionGflops: CONVOLUTION_FLOP / convolution_s / 1e9, matmulGflops: MATMUL_FLOP / matmul_s / 1e9 };
  });
}
