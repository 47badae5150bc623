import type { IterativeEngine } from '@ptychokit/iterative';
import { complexKernels } from '@ptychokit/iterative';
import { memory, ones, type Tensor, tensor4d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { objectWindows } from '../../packages/iterative/src/geometry/object-windows.js';
import { toComplexTensor } from '../../packages/iterative/src/kernels/complex-transfer.js';

const N = 16;
const SIZE = { height: 40, width: 64 };
const STARTS = [3, 7, 12, 15];

/** What every iterative engine must do, whatever its rule. */
export function testIterativeEngine(name: string, make: () => IterativeEngine): void {
  describe(`The engine ${name}`, () => {
    const setUp = () => {
      const kernels = complexKernels();
      const data = (length: number, value: (i: number) => number): Float32Array => Float32Array.from({ length }, (_, i) => value(i));
      const rows = Int32Array.from(STARTS);
      const placements = {
        rows,
        columns: rows,
        fractionX: Float64Array.from(STARTS, () => 0.3),
        fractionY: Float64Array.from(STARTS, () => -0.2),
      };
      const frames = data(STARTS.length * N * N, (i) => 1 + Math.abs(Math.sin(i)));
      const batch = {
        indices: Int32Array.from(STARTS, (_, j) => j),
        amplitudes: tensor4d(frames, [STARTS.length, 1, N, N]) as Tensor,
        placements,
        windows: objectWindows(kernels, placements, { side: N, ...SIZE }),
      };
      const estimate = {
        object: toComplexTensor(kernels, {
          shape: [SIZE.height, SIZE.width],
          data: data(2 * SIZE.height * SIZE.width, (i) => 1 - (i % 2)),
        }),
        probe: toComplexTensor(kernels, { shape: [1, N, N], data: data(2 * N * N, (i) => 0.1 * Math.cos(0.3 * i)) }),
      };
      const context = { illumination: ones([SIZE.height, SIZE.width]), share: 1, updateProbe: true, refinePositions: true };
      return { kernels, batch, estimate, context };
    };

    it('lowers the error of a batch that it is given again, and gives a move for every frame', () => {
      const { batch, estimate, context } = setUp();
      const engine = make();
      let current: { object: Tensor; probe: Tensor } = estimate;
      const errors: number[] = [];
      for (let k = 0; k < 10; k++) {
        const update = engine.update(current, batch, context);
        expect(update.displacements?.x).toHaveLength(STARTS.length);
        errors.push(update.error);
        current = update;
      }
      expect(errors.at(-1)).toBeLessThan(0.9 * (errors[0] as number));
    });

    it('leaves estimate and batch alone, and nothing but its result on the engine', () => {
      const { kernels, batch, estimate, context } = setUp();
      const before = kernels.parts(estimate.object).dataSync().slice();
      const engine = make();
      const count = memory().numTensors;
      const update = engine.update(estimate, batch, context);
      expect(memory().numTensors).toBe(count + 2);
      update.object.dispose();
      update.probe.dispose();
      expect(kernels.parts(estimate.object).dataSync()).toEqual(before);
    });

    it('keeps a probe that is not to be updated', () => {
      const { batch, estimate, context } = setUp();
      const update = make().update(estimate, batch, { ...context, updateProbe: false, refinePositions: false });
      expect(update.probe).toBe(estimate.probe);
      expect(update.displacements).toBeUndefined();
    });
  });
}
