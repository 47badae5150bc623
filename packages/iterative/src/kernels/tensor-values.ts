import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from './complex-kernels.js';

/** What tensors hold, so that values made outside the engine are not read back from it. */
const known = new WeakMap<Tensor, Float32Array>();

/** Pairs of real and imaginary part of a complex tensor; not to be written to. */
export function complexValues(kernels: ComplexKernels, complex: Tensor): Float32Array {
  const values = known.get(complex);
  if (values !== undefined) return values;
  const parts = kernels.parts(complex);
  const read = parts.dataSync<'float32'>();
  parts.dispose();
  known.set(complex, read);
  return read;
}

/** A complex tensor of pairs of real and imaginary part, which must not change any more; belongs to the scope it is made in. */
export function complexTensor(kernels: ComplexKernels, values: Float32Array, shape: readonly number[]): Tensor {
  const complex = tidy(() => kernels.fromParts(tensor(values, [...shape, 2], 'float32')));
  known.set(complex, values);
  own.set(complex, values);
  return complex;
}

/** Memory of tensors made here. */
const own = new WeakMap<Tensor, Float32Array>();
/** Memory of those that were replaced, by what came in their place. */
const spare = new WeakMap<Tensor, Float32Array>();

/** Frees a tensor that nobody else looks at. What comes in its place keeps its memory for its own successor, see {@link spareValues}. */
export function replaceTensor(old: Tensor, next: Tensor): void {
  const values = own.get(old);
  old.dispose();
  if (values !== undefined) spare.set(next, values);
}

/** Memory for what will come in the place of a tensor: of its predecessor, if there is one. New pages of memory cost more than what is written to them. */
export function spareValues(predecessor: Tensor): Float32Array {
  const values = spare.get(predecessor);
  spare.delete(predecessor);
  return values?.length === 2 * predecessor.size ? values : new Float32Array(2 * predecessor.size);
}

/** Values of a float32 tensor; not to be written to. */
export const realValues = (real: Tensor): Float32Array => known.get(real) ?? real.dataSync<'float32'>();

/** A float32 tensor that follows what is in these values until it is freed; belongs to the scope it is made in. */
export function realTensor(values: Float32Array, shape: readonly number[]): Tensor {
  const real = tensor(values, [...shape], 'float32');
  known.set(real, values);
  return real;
}
