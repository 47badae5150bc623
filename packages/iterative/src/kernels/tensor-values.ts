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
  return complex;
}

/** Values of a float32 tensor; not to be written to. */
export const realValues = (real: Tensor): Float32Array => known.get(real) ?? real.dataSync<'float32'>();

/** A float32 tensor that follows what is in these values until it is freed; belongs to the scope it is made in. */
export function realTensor(values: Float32Array, shape: readonly number[]): Tensor {
  const real = tensor(values, [...shape], 'float32');
  known.set(real, values);
  return real;
}
