import * as tf from '@tensorflow/tfjs-core';
import { hasNativeKernels, runKernel } from '../engine/native-kernels.js';
import { biasAttributes, convAttributes, floatType } from './kernels.js';
import { maxPool, maxPoolGradient } from './max-pool.js';

/** Weights of a convolution: kernel `[k, k, in, out]`, bias `[out]` (absent: none). */
export interface ConvWeights {
  readonly kernel: tf.Tensor4D;
  readonly bias?: tf.Tensor1D | undefined;
}

/** What follows the convolution and which gradients are wanted. */
export interface ConvOptions {
  readonly activation?: 'relu' | 'none';
  /** 2x2 maximum pooling. It runs before bias and ReLU, which commute with it and then see a quarter of the pixels. */
  readonly pool?: boolean;
  /** False where the input is data: its gradient, a third of the work of the layer, is then not computed. */
  readonly inputGradient?: boolean;
  /** Fused TensorFlow kernels for forward pass and gradients; default: when the backend has them. */
  readonly fused?: boolean | undefined;
}

/**
 * Convolution with zero padding and stride 1, then 2x2 maximum pooling, bias, ReLU, each as asked.
 *
 * @param x `[batch, h, w, in]`
 * @returns `[batch, h, w, out]`, with `pool` `[batch, h/2, w/2, out]`
 */
export function convLayer(x: tf.Tensor4D, weights: ConvWeights, options: ConvOptions = {}): tf.Tensor4D {
  return (options.fused ?? hasNativeKernels()) ? fusedLayer(x, weights, options) : plainLayer(x, weights, options);
}

function plainLayer(x: tf.Tensor4D, { kernel, bias }: ConvWeights, { activation, pool }: ConvOptions): tf.Tensor4D {
  const c = tf.conv2d(x, kernel, 1, 'same');
  const p = pool === true ? tf.maxPool(c, 2, 2, 'valid') : c;
  const z = bias === undefined ? p : (tf.add(p, bias) as tf.Tensor4D);
  return activation === 'relu' ? tf.relu(z) : z;
}

function fusedLayer(x: tf.Tensor4D, { kernel, bias }: ConvWeights, options: ConvOptions): tf.Tensor4D {
  const inputs = [kernel, ...(bias === undefined ? [] : [bias]), ...(options.inputGradient === false ? [] : [x])];
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as unknown as tf.GradSaveFunc;
    const c = runKernel('Conv2D', convAttributes(), [x, kernel]);
    const p = options.pool === true ? maxPool(c) : c;
    const z = bias === undefined ? p : runKernel('BiasAdd', biasAttributes(), [p, bias]);
    const y = options.activation === 'relu' ? runKernel('Relu', [floatType()], [z]) : z;
    save(options.pool === true ? [x, kernel, y, c, p] : [x, kernel, y]);
    return { value: y, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(dy, saved, { ...options, biased: bias !== undefined }) };
  });
  return op(...inputs) as tf.Tensor4D;
}

function gradients(dy: tf.Tensor, saved: readonly tf.Tensor[], options: ConvOptions & { readonly biased: boolean }): tf.Tensor[] {
  const [x, kernel, y, c, p] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const dz = options.activation === 'relu' ? runKernel('ReluGrad', [floatType()], [dy, y]) : dy;
  const dBias = options.biased ? [runKernel('BiasAddGrad', biasAttributes(), [dz])] : [];
  const dc = options.pool === true ? maxPoolGradient(dz, { input: c, output: p }) : dz;
  const dKernel = runKernel('Conv2DBackpropFilter', convAttributes(), [x, tf.tensor1d(kernel.shape, 'int32'), dc]);
  if (options.inputGradient === false) return [dKernel, ...dBias];
  const dx = runKernel('Conv2DBackpropInput', convAttributes(), [tf.tensor1d(x.shape, 'int32'), kernel, dc]);
  return [dKernel, ...dBias, dx];
}
