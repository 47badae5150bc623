import { backend, type Tensor } from '@tensorflow/tfjs-core';

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string;
}

interface NativeBackend {
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  readonly binding: Readonly<Record<'TF_FLOAT' | 'TF_COMPLEX64' | 'TF_ATTR_TYPE' | 'TF_ATTR_BOOL' | 'TF_ATTR_STRING', number>>;
}

/** Kernels of TensorFlow that tfjs-core has no operation for; complex tensors are complex64, transforms act on the last two axes. */
export interface NativeKernels {
  complex(re: Tensor, im: Tensor): Tensor;
  fromReal(re: Tensor): Tensor;
  multiply(a: Tensor, b: Tensor): Tensor;
  conjugate(a: Tensor): Tensor;
  real(a: Tensor): Tensor;
  imag(a: Tensor): Tensor;
  /** Unnormalised. */
  fft2d(a: Tensor): Tensor;
  /** Divided by the number of pixels. */
  ifft2d(a: Tensor): Tensor;
  /** Adjoint of `image.cropAndResize` with method nearest: sums crops `[B, k, k, C]` into images of shape `size` (int32 `[4]`). */
  insertCrops(crops: Tensor, boxes: Tensor, boxImage: Tensor, size: Tensor): Tensor;
}

const kernelsOf = new WeakMap<object, NativeKernels>();

/** The kernels of the active backend, or undefined where it is not the native one. None of them records a gradient. */
export function nativeKernels(): NativeKernels | undefined {
  const active: unknown = backend();
  if (!isNative(active)) return undefined;
  const known = kernelsOf.get(active);
  if (known !== undefined) return known;
  const kernels = bindKernels(active);
  kernelsOf.set(active, kernels);
  return kernels;
}

function isNative(candidate: unknown): candidate is NativeBackend {
  return typeof (candidate as Partial<NativeBackend>).executeSingleOutput === 'function';
}

function bindKernels(native: NativeBackend): NativeKernels {
  const { TF_FLOAT, TF_COMPLEX64, TF_ATTR_TYPE, TF_ATTR_BOOL, TF_ATTR_STRING } = native.binding;
  const type = (name: string, value: number): Attribute => ({ name, type: TF_ATTR_TYPE, value });
  const complexInput = [type('T', TF_COMPLEX64)];
  const toComplex = [type('T', TF_FLOAT), type('Tout', TF_COMPLEX64)];
  const toFloat = [type('T', TF_COMPLEX64), type('Tout', TF_FLOAT)];
  const transform = [type('Tcomplex', TF_COMPLEX64)];
  const widen = [type('SrcT', TF_FLOAT), type('DstT', TF_COMPLEX64), { name: 'Truncate', type: TF_ATTR_BOOL, value: false }];
  const nearest = [type('T', TF_FLOAT), { name: 'method', type: TF_ATTR_STRING, value: 'nearest' }];
  return {
    complex: (re, im) => native.executeSingleOutput('Complex', toComplex, [re, im]),
    fromReal: (re) => native.executeSingleOutput('Cast', widen, [re]),
    multiply: (a, b) => native.executeSingleOutput('Mul', complexInput, [a, b]),
    conjugate: (a) => native.executeSingleOutput('Conj', complexInput, [a]),
    real: (a) => native.executeSingleOutput('Real', toFloat, [a]),
    imag: (a) => native.executeSingleOutput('Imag', toFloat, [a]),
    fft2d: (a) => native.executeSingleOutput('FFT2D', transform, [a]),
    ifft2d: (a) => native.executeSingleOutput('IFFT2D', transform, [a]),
    insertCrops: (crops, boxes, boxImage, size) =>
      native.executeSingleOutput('CropAndResizeGradImage', nearest, [crops, boxes, boxImage, size]),
  };
}
