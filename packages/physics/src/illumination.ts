import { add, expandDims, reshape, sum, type Tensor, type Tensor2D, tidy, tile, zeros } from '@tensorflow/tfjs-core';
import { type Canvas, onCanvas } from './canvas.js';
import { absSquared, type ComplexPair } from './complex-pair.js';
import { addPatches, type PatchPositions, placePatches } from './patches.js';

const BATCH = 64;

/** Illumination of the object: sum over positions of |P|^2 (modes summed) on a canvas, `[height, width]`, for a probe `[N, N]` or `[modes, N, N]`. */
export function illumination(probe: ComplexPair, options: PatchPositions & { readonly canvas: Canvas }): Tensor2D {
  const { canvas } = options;
  const { x, y } = onCanvas(options, canvas);
  return tidy(() => {
    const intensity = probe.re.rank === 3 ? sum(absSquared(probe), 0) : absSquared(probe);
    let total: Tensor = zeros([canvas.height, canvas.width, 1]);
    for (let first = 0; first < x.length; first += BATCH) {
      const batch = { x: x.subarray(first, first + BATCH), y: y.subarray(first, first + BATCH) };
      const before = total;
      total = tidy(() => {
        const placed = placePatches({ ...batch, size: intensity.shape[0] as number });
        return add(before, addPatches([tile(expandDims(intensity, 0), [batch.x.length, 1, 1])], placed, canvas));
      });
      before.dispose();
    }
    return reshape(total, [canvas.height, canvas.width]);
  });
}
