import { hasNativeKernels } from '../engine/native-kernels.js';
import type { ParameterSpec } from '../models/parameters.js';
import type { Optimiser, OptimiserState } from './adam.js';
import { NativeAdam } from './native-adam.js';
import { PortableAdam } from './portable-adam.js';

/** A state before the first update. */
export const initialState = (values: ReadonlyMap<string, Float32Array>): OptimiserState => {
  const zeros = (): ReadonlyMap<string, Float32Array> =>
    new Map([...values].map(([name, array]) => [name, new Float32Array(array.length)]));
  return { steps: 0, values, firstMoments: zeros(), secondMoments: zeros() };
};

/**
 * Adam over named parameters: one in-place TensorFlow kernel per parameter where the backend has it, else tfjs operations.
 */
export function createAdam(
  specs: readonly ParameterSpec[],
  state: OptimiserState,
  options: { readonly fused?: boolean | undefined } = {},
): Optimiser {
  return (options.fused ?? hasNativeKernels()) ? new NativeAdam(specs, state) : new PortableAdam(specs, state);
}
