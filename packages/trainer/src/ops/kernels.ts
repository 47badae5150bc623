import { attr, type KernelAttribute } from '../engine/native-kernels.js';

/** Attributes that the TensorFlow kernels of this package share; all images are `[batch, height, width, channels]` float32. */
const layout = (): KernelAttribute => attr.string('data_format', 'NHWC');

export const floatType = (): KernelAttribute => attr.dtype('T', 'TF_FLOAT');

/** Convolution with stride 1 and zero padding. */
export const convAttributes = (): readonly KernelAttribute[] => [
  floatType(),
  attr.int('strides', [1, 1, 1, 1]),
  attr.string('padding', 'SAME'),
  layout(),
  attr.int('dilations', [1, 1, 1, 1]),
  attr.bool('use_cudnn_on_gpu', true),
  attr.int('explicit_paddings', []),
];

/** 2x2 pooling with stride 2. */
export const poolAttributes = (): readonly KernelAttribute[] => [
  floatType(),
  attr.int('ksize', [1, 2, 2, 1]),
  attr.int('strides', [1, 2, 2, 1]),
  attr.string('padding', 'VALID'),
  layout(),
];

export const biasAttributes = (): readonly KernelAttribute[] => [floatType(), layout()];
