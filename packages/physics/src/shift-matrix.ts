import {
  abs,
  add,
  equal,
  less,
  mul,
  range,
  relu,
  reshape,
  sign,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  tensor3d,
  tidy,
} from '@tensorflow/tfjs-core';
import { customOperation } from './custom-operation.js';

/** Input and output side of images with one centre; they differ by an even number. */
export interface ShiftSize {
  readonly from: number;
  readonly to: number;
}

/** Where the matrix of one displacement lies in a flat array: element (row, column) at `base + row * rowStride + column`. */
interface Placement extends ShiftSize {
  readonly shift: number;
  readonly base: number;
  readonly rowStride: number;
}

/** Two-diagonal matrices `[K, to, from]` of K displacements in pixels; constants. */
export function shiftMatrixOfNumbers(shift: ArrayLike<number>, size: ShiftSize): Tensor3D {
  const { from, to } = size;
  const values = new Float32Array(shift.length * to * from);
  for (let k = 0; k < shift.length; k++) {
    fillShiftMatrix(values, { from, to, shift: shift[k] as number, base: k * to * from, rowStride: from });
  }
  return tensor3d(values, [shift.length, to, from]);
}

/**
 * As {@link shiftMatrixOfNumbers}, with the matrices of each group of `channels` displacements side by side: `[K / channels, to, channels * from]`.
 * One product with it moves the members of a group and adds them up.
 */
export function groupedShiftMatrix(shift: ArrayLike<number>, size: ShiftSize & { readonly channels: number }): Tensor3D {
  const { from, to, channels } = size;
  const values = new Float32Array(shift.length * to * from);
  for (let k = 0; k < shift.length; k++) {
    const channel = k % channels;
    const base = (k - channel) * to * from + channel * from;
    fillShiftMatrix(values, { from, to, shift: shift[k] as number, base, rowStride: channels * from });
  }
  return tensor3d(values, [shift.length / channels, to, channels * from]);
}

function fillShiftMatrix(values: Float32Array, placement: Placement): void {
  const { from, to, shift, base, rowStride } = placement;
  const start = -(to - from) / 2 - shift;
  const whole = Math.floor(start);
  const fraction = start - whole;
  for (let row = 0; row < to; row++) {
    const column = row + whole;
    const at = base + row * rowStride + column;
    if (column >= 0 && column < from) values[at] = 1 - fraction;
    if (column >= -1 && column < from - 1) values[at + 1] = fraction;
  }
}

/**
 * As {@link shiftMatrixOfNumbers} for displacements `[K]` that gradients reach: max(0, 1 - |r - r' - d|).
 * Whole index differences come first, so that rounding cannot blur a displacement by whole pixels.
 */
export function shiftMatrixOfTensor(shift: Tensor, { from, to }: ShiftSize): Tensor3D {
  return tidy(() => {
    const rows = reshape(sub(range(0, to, 1, 'float32'), (to - from) / 2), [to, 1]);
    const distance = sub(sub(rows, range(0, from, 1, 'float32')), reshape(shift, [-1, 1, 1])); // [K, to, from]
    const matrix = customOperation([shift], () => ({
      value: relu(sub(1, abs(distance))),
      saved: [distance],
      gradient: (dy, [saved]) => [reshape(sum(mul(dy, hatSlope(saved as Tensor)), [1, 2]), shift.shape)],
    }));
    return matrix as Tensor3D;
  });
}

/** Derivative of the hat function with respect to the displacement: at its kinks the mean of both one-sided ones. */
function hatSlope(distance: Tensor): Tensor {
  const size = abs(distance);
  const inside = add(mul(less(size, 1), 1), mul(equal(size, 1), 0.5));
  return mul(sign(distance), inside);
}
