import { customGrad, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** A value together with its own backward pass. */
export interface Operation {
  readonly value: Tensor;
  /** What the backward pass needs; kept alive until it has run. */
  readonly saved: readonly Tensor[];
  /** Gradients in the order of the inputs. */
  readonly gradient: (dy: Tensor, saved: readonly Tensor[]) => Tensor[];
}

/**
 * Runs `define` as one step of the tape whose gradient flows to `inputs` alone: tensors that `define` merely captures are constants.
 *
 * All gradients are computed in every backward pass, wanted or not, so an input that may not need one belongs among the captured.
 */
export function customOperation(inputs: readonly Tensor[], define: () => Operation): Tensor {
  const operation = customGrad((...args) => {
    const save = args[inputs.length] as unknown as (tensors: Tensor[]) => void;
    const { value, saved, gradient } = define();
    save([...saved]);
    return { value, gradFunc: (dy, kept) => tidy(() => gradient(dy, kept)) };
  });
  return operation(...inputs);
}
