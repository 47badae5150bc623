import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';

/** What tensors of objects hold, so that an object made outside the engine is not read back from it. */
const known = new WeakMap<Tensor, Float32Array>();

/** Pairs of real and imaginary part of a complex object; not to be written to. */
export function objectValues(kernels: ComplexKernels, object: Tensor): Float32Array {
  const values = known.get(object);
  if (values !== undefined) return values;
  const parts = kernels.parts(object);
  const read = parts.dataSync<'float32'>();
  parts.dispose();
  known.set(object, read);
  return read;
}

/** A complex object `[H, W]` of pairs of real and imaginary part, which must not change any more; belongs to the scope it is made in. */
export function objectTensor(kernels: ComplexKernels, values: Float32Array, shape: readonly [number, number]): Tensor {
  const object = tidy(() => kernels.fromParts(tensor(values, [...shape, 2], 'float32')));
  known.set(object, values);
  return object;
}
