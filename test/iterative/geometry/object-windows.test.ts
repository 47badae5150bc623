import '@tensorflow/tfjs-node';
import { type ComplexArray, Random } from '@ptychokit/config';
import { memory, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { objectWindows } from '../../../packages/iterative/src/geometry/object-windows.js';
import type { Placements } from '../../../packages/iterative/src/geometry/placements.js';
import { complexKernels } from '../../../packages/iterative/src/kernels/complex-kernels.js';
import { toComplexTensor } from '../../../packages/iterative/src/kernels/complex-transfer.js';

const random = new Random(3, 'windows');
const complexNoise = (shape: readonly number[]): ComplexArray => ({
  shape,
  data: Float32Array.from(random.normals(2 * shape.reduce((a, b) => a * b, 1))),
});
const values = (tensor: Tensor): Float32Array => complexKernels().parts(tensor).dataSync<'float32'>();

/** Few crops leave the object as it is; many are cut in blocks of 8 and of 16 columns. */
const CASES = [
  { name: 'pixel by pixel', side: 16, height: 40, width: 48, count: 2 },
  { name: 'in blocks of 8', side: 8, height: 30, width: 32, count: 70 },
  { name: 'in blocks of 16', side: 32, height: 61, width: 80, count: 60 },
] as const;

describe.each(CASES)('Windows of an object, $name', ({ side, height, width, count }) => {
  const places = (): Placements => ({
    rows: Int32Array.from({ length: count }, () => random.integer(height - side - 1)),
    columns: Int32Array.from({ length: count }, () => random.integer(width - side - 16)),
    fractionX: new Float64Array(count),
    fractionY: new Float64Array(count),
  });

  it('are exact copies', () => {
    const [object, placed] = [complexNoise([height, width]), places()];
    const kernels = complexKernels();
    const crops = values(objectWindows(kernels, placed, { side, height, width }).crop(toComplexTensor(kernels, object)));
    for (let k = 0; k < count; k++) {
      for (let r = 0; r < side; r++) {
        const from = 2 * (((placed.rows[k] as number) + r) * width + (placed.columns[k] as number));
        const at = 2 * (k * side + r) * side;
        expect(crops.subarray(at, at + 2 * side)).toEqual(object.data.subarray(from, from + 2 * side));
      }
    }
  });

  it('are summed where they were cut', () => {
    const [squares, placed] = [complexNoise([count, side, side]), places()];
    const kernels = complexKernels();
    const sums = values(objectWindows(kernels, placed, { side, height, width }).insert(toComplexTensor(kernels, squares)));
    const expected = new Float64Array(2 * height * width);
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < 2 * side * side; i++) {
        const [row, column] = [Math.floor(i / 2 / side), Math.floor(i / 2) % side];
        const at = 2 * (((placed.rows[k] as number) + row) * width + (placed.columns[k] as number) + column) + (i % 2);
        expected[at] = (expected[at] as number) + (squares.data[2 * k * side * side + i] as number);
      }
    }
    const largest = sums.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0);
    expect(largest).toBeLessThan(1e-4);
  });

  it('leave nothing on the engine', () => {
    const kernels = complexKernels();
    const object = toComplexTensor(kernels, complexNoise([height, width]));
    const before = memory().numTensors;
    const windows = objectWindows(kernels, places(), { side, height, width });
    const crops = windows.crop(object);
    const sum = windows.insert(crops);
    for (const each of [crops, sum]) reshape(each, [-1]).dispose();
    for (const each of [crops, sum, windows]) each.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
