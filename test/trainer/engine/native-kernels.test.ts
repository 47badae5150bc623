import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../../packages/trainer/src/engine/load-engine.js';
import { attr, hasNativeKernels, runEffect, runKernel } from '../../../packages/trainer/src/engine/native-kernels.js';

beforeAll(async () => {
  await loadEngine();
});

const float = () => attr.dtype('T', 'TF_FLOAT');

describe('hasNativeKernels', () => {
  it('is true on the TensorFlow backend', () => {
    expect(hasNativeKernels()).toBe(true);
  });
});

describe('runKernel', () => {
  it('passes boolean and type attributes', () => {
    const attributes = [float(), attr.bool('transpose_a', false), attr.bool('transpose_b', true)];
    const product = runKernel('MatMul', attributes, [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])]);
    expect(product.arraySync()).toEqual([[11]]);
  });

  it('passes lists of integers, strings and images', () => {
    const attributes = [
      float(),
      attr.int('ksize', [1, 2, 2, 1]),
      attr.int('strides', [1, 2, 2, 1]),
      attr.string('padding', 'VALID'),
      attr.string('data_format', 'NHWC'),
    ];
    const image = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    expect(runKernel('MaxPool', attributes, [image]).dataSync()).toEqual(Float32Array.of(4));
  });

  it('passes real numbers', () => {
    const leaky = runKernel('LeakyRelu', [float(), attr.float('alpha', 0.25)], [tf.tensor1d([-4, 2])]);
    expect([...leaky.dataSync()]).toEqual([-1, 2]);
  });

  it('belongs to the surrounding tidy', () => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      runKernel('Neg', [float()], [tf.tensor1d([1])]);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reports an operation that does not exist', () => {
    expect(() => runKernel('NoSuchKernel', [], [])).toThrow(/NoSuchKernel/);
  });
});

describe('runEffect', () => {
  it('runs an operation without outputs', () => {
    const shape = attr.shape('shape', [2]);
    const attributes = [
      attr.dtype('dtype', 'TF_FLOAT'),
      shape,
      attr.string('container', ''),
      attr.string('shared_name', 'native-kernels-test'),
    ];
    const handle = runKernel('VarHandleOp', attributes, []);
    runEffect('AssignVariableOp', [attr.dtype('dtype', 'TF_FLOAT')], [handle, tf.tensor1d([5, 6])]);
    expect([...runKernel('ReadVariableOp', [attr.dtype('dtype', 'TF_FLOAT')], [handle]).dataSync()]).toEqual([5, 6]);
  });
});
