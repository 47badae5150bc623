import * as tf from '@tensorflow/tfjs-core';

/** One attribute of a TensorFlow operation, as the native addon takes it. */
export interface KernelAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The part of the native backend (`@tensorflow/tfjs-node`) that reaches any TensorFlow operation. */
interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeSingleOutput(name: string, attributes: readonly KernelAttribute[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(name: string, attributes: readonly KernelAttribute[], inputs: readonly tf.Tensor[], count: number): tf.Tensor[];
}

const isNative = (backend: unknown): backend is NativeBackend =>
  typeof (backend as NativeBackend | null)?.executeSingleOutput === 'function';

/** True when the active backend is TensorFlow itself, so that any of its kernels can be called by name. */
export function hasNativeKernels(): boolean {
  return isNative(tf.backend());
}

function native(): NativeBackend {
  const backend: unknown = tf.backend();
  if (!isNative(backend)) throw new TypeError(`expected the TensorFlow backend to be active, got "${tf.getBackend()}"`);
  return backend;
}

const attribute =
  <V>(kind: string) =>
  (name: string, value: V): KernelAttribute => ({ name, type: native().binding[`TF_ATTR_${kind}`] as number, value });

/** Builders of attributes, by their TensorFlow type; `dtype` takes names such as `"TF_FLOAT"`. */
export const attr = {
  int: attribute<number | readonly number[]>('INT'),
  float: attribute<number>('FLOAT'),
  bool: attribute<boolean>('BOOL'),
  string: attribute<string>('STRING'),
  shape: attribute<readonly number[]>('SHAPE'),
  dtype: (name: string, value: 'TF_FLOAT' | 'TF_INT32' | 'TF_COMPLEX64' | 'TF_BOOL'): KernelAttribute => ({
    name,
    type: native().binding.TF_ATTR_TYPE as number,
    value: native().binding[value],
  }),
} as const;

/** Runs a TensorFlow operation with one output; the caller disposes the result. */
export function runKernel(name: string, attributes: readonly KernelAttribute[], inputs: readonly tf.Tensor[]): tf.Tensor {
  return native().executeSingleOutput(name, attributes, inputs);
}

/** Runs a TensorFlow operation without outputs. */
export function runEffect(name: string, attributes: readonly KernelAttribute[], inputs: readonly tf.Tensor[]): void {
  native().executeMultipleOutputs(name, attributes, inputs, 0);
}
