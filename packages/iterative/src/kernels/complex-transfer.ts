import type { ComplexArray } from '@ptychokit/config';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from './complex-kernels.js';

/** Copies a complex array into the engine as complex64; the caller disposes. */
export function toComplexTensor(kernels: ComplexKernels, array: ComplexArray): Tensor {
  const parts = tensor(array.data, [...array.shape, 2], 'float32');
  const result = kernels.fromParts(parts);
  parts.dispose();
  return result;
}

/** Copies a complex64 tensor out of the engine; the tensor stays. */
export async function fromComplexTensor(kernels: ComplexKernels, value: Tensor): Promise<ComplexArray> {
  const parts = kernels.parts(value);
  const data = await parts.data<'float32'>();
  parts.dispose();
  return { shape: [...value.shape], data };
}
