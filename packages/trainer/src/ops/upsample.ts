import * as tf from '@tensorflow/tfjs-core';

/**
 * 2x nearest-neighbour upsampling, `[batch, h, w, c]` to `[batch, 2h, 2w, c]`; its gradient is the sum over each 2x2 square,
 * as one average pooling (tfjs's own gradient is wrong for batches on the portable engine).
 */
export function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const size = [2 * x.shape[1], 2 * x.shape[2]] as [number, number];
  const op = tf.customGrad((input) => ({
    value: tf.image.resizeNearestNeighbor(input as tf.Tensor4D, size),
    gradFunc: (dy: tf.Tensor) => tf.mul(tf.avgPool(dy as tf.Tensor4D, 2, 2, 'valid'), 4),
  }));
  return op(x) as tf.Tensor4D;
}

/**
 * The 3x3 kernel that, on an image of half the size, gives the four pixels of each 2x2 square which `kernel` would give after nearest
 * upsampling: a pixel of the small image is seen by two or one of the three taps per axis, depending on the row and column in the square.
 *
 * @param kernel `[3, 3, in, out]`
 * @returns `[3, 3, in, 4 out]`, channels ordered (row in square, column in square, out) as {@link depthToSpace} takes them
 */
export function upsampledKernel(kernel: tf.Tensor4D): tf.Tensor4D {
  const [, , channelsIn, channelsOut] = kernel.shape;
  return tf.tidy(() => {
    const taps = tf.matMul(tapTable(), tf.reshape(kernel, [9, channelsIn * channelsOut]) as tf.Tensor2D);
    const phases = tf.transpose(tf.reshape(taps, [4, 9, channelsIn, channelsOut]), [1, 2, 0, 3]);
    return tf.reshape(phases, [3, 3, channelsIn, 4 * channelsOut]) as tf.Tensor4D;
  });
}

/** `[4 * 9, 9]`: which taps of the kernel each phase adds up for each low-resolution neighbour. */
function tapTable(): tf.Tensor2D {
  // neighbour (0 before, 1 same, 2 after) that tap t of the upsampled image falls on, for even and odd pixels
  const neighbour = [
    [0, 1, 1],
    [1, 1, 2],
  ] as const;
  const table = new Float32Array(36 * 9);
  for (let phase = 0; phase < 4; phase++) {
    const rows = neighbour[phase >> 1] as readonly number[];
    const columns = neighbour[phase & 1] as readonly number[];
    for (let tap = 0; tap < 9; tap++) {
      const seen = 3 * (rows[Math.floor(tap / 3)] as number) + (columns[tap % 3] as number);
      table[(phase * 9 + seen) * 9 + tap] = 1;
    }
  }
  return tf.tensor2d(table, [36, 9]);
}

/** Spreads channels ordered (row, column, out) over 2x2 squares: `[batch, h, w, 4 out]` to `[batch, 2h, 2w, out]`. */
export function depthToSpace(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, depth] = x.shape;
  const squares = tf.transpose(tf.reshape(x, [batch * height, width, 2, depth / 2]), [0, 2, 1, 3]);
  return tf.reshape(squares, [batch, 2 * height, 2 * width, depth / 4]) as tf.Tensor4D;
}
