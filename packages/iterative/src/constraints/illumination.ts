import { maximum, pad, reshape, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { modeSum } from '../engines/amplitude-residual.js';
import type { ObjectSize } from '../geometry/object-windows.js';
import type { ComplexKernels } from '../kernels/complex-kernels.js';

/** Whole first pixels of the patches of all frames. */
export interface PatchStarts {
  readonly rows: ArrayLike<number>;
  readonly columns: ArrayLike<number>;
}

/**
 * Illumination of the object by all frames, sum_j |P|^2 at their places, float32 `[H, W]`.
 *
 * The number of patches that start at each pixel, convolved with the probe: the cost does not grow with the frames. The canvas holds all patches,
 * so that the periodic convolution never wraps.
 *
 * @param probe complex `[m, N, N]`
 */
export function illuminationMap(kernels: ComplexKernels, probe: Tensor, options: PatchStarts & ObjectSize): Tensor {
  const { rows, columns, height, width } = options;
  const N = probe.shape[2] as number;
  const counts = new Float32Array(height * width);
  for (let j = 0; j < rows.length; j++) {
    const at = (rows[j] as number) * width + (columns[j] as number);
    counts[at] = (counts[at] as number) + 1;
  }
  return tidy(() => {
    const power = reshape(modeSum(reshape(kernels.squaredModulus(probe), [1, -1, N, N])), [N, N]);
    const light = pad(power, [
      [0, height - N],
      [0, width - N],
    ]);
    const spectrum = kernels.multiply(
      kernels.fft2d(kernels.fromReal(light)),
      kernels.fft2d(kernels.fromReal(tensor2d(counts, [height, width]))),
    );
    return maximum(kernels.real(kernels.ifft2d(spectrum)), 0);
  });
}
