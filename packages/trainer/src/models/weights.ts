import type * as tf from '@tensorflow/tfjs-core';
import type { ConvWeights } from '../ops/conv-layer.js';
import type { ParameterTensors } from './parameters.js';

/** Parameters of one forward pass, by name, and which kernels it uses. */
export class Weights {
  readonly #tensors: ParameterTensors;
  /** Fused kernels (true), plain tfjs operations (false), or whatever the backend has (undefined). */
  readonly fused: boolean | undefined;

  constructor(tensors: ParameterTensors, options: { readonly fused?: boolean | undefined } = {}) {
    this.#tensors = tensors;
    this.fused = options.fused;
  }

  has(name: string): boolean {
    return name in this.#tensors;
  }

  get(name: string): tf.Tensor {
    const tensor = this.#tensors[name];
    if (tensor === undefined) throw new RangeError(`expected a parameter of the model, got "${name}"`);
    return tensor;
  }

  conv(layer: string): ConvWeights {
    const bias = this.has(`${layer}/bias`) ? (this.get(`${layer}/bias`) as tf.Tensor1D) : undefined;
    return { kernel: this.get(`${layer}/kernel`) as tf.Tensor4D, bias };
  }
}
