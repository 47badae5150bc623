import { backend, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { EngineRequiredError } from '../errors.js';

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

interface NativeBackend {
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  readonly binding: Readonly<Record<string, number>>;
}

/**
 * Operations of the native backend on complex64 tensors; transforms act on the last two axes, products broadcast. None records a gradient,
 * and every result belongs to the scope it was made in.
 */
export interface ComplexKernels {
  /** The same memory as float32 with a last axis of real and imaginary part. */
  parts(a: Tensor): Tensor;
  /** The same memory of float32 `[..., 2]` as complex64 `[...]`. */
  fromParts(parts: Tensor): Tensor;
  /** Real numbers as complex ones. */
  fromReal(re: Tensor): Tensor;
  /** Real part as float32. */
  real(a: Tensor): Tensor;
  /** Complex conjugate. */
  conjugate(a: Tensor): Tensor;
  /** a b, shapes broadcast. */
  multiply(a: Tensor, b: Tensor): Tensor;
  /** a + b, shapes broadcast. */
  add(a: Tensor, b: Tensor): Tensor;
  /** a - b, shapes broadcast. */
  subtract(a: Tensor, b: Tensor): Tensor;
  /** Batched matrix products; `adjoint` conjugates and transposes the second factor. */
  matMul(a: Tensor, b: Tensor, options?: { readonly adjoint?: boolean }): Tensor;
  /** Sum over one axis, which disappears. */
  sum(a: Tensor, axis: number): Tensor;
  /** |a|^2 as float32, 1e-24 where a is zero, so that it can be divided by. */
  squaredModulus(a: Tensor): Tensor;
  /** Unnormalised. */
  fft2d(a: Tensor): Tensor;
  /** Divided by the number of pixels. */
  ifft2d(a: Tensor): Tensor;
  /** Sums squares `[K, rows, columns, C]` into images `[M, H, W, C]` at boxes, nearest pixels. */
  insertNearest(crops: Tensor, boxes: Tensor, boxImage: Tensor, size: Tensor): Tensor;
}

/** Far below what a field of one count in a scan is: its square is the smallest squared modulus. */
const DARK = 1e-12;

const kernelsOf = new WeakMap<object, ComplexKernels>();

/**
 * The kernels of the active backend.
 *
 * @throws EngineRequiredError when the active backend is not the native one; nothing slower is ever used instead
 */
export function complexKernels(): ComplexKernels {
  const active: unknown = backend();
  if (!isNative(active)) throw new EngineRequiredError();
  const known = kernelsOf.get(active) ?? bindKernels(active);
  kernelsOf.set(active, known);
  return known;
}

function isNative(candidate: unknown): candidate is NativeBackend {
  return typeof (candidate as Partial<NativeBackend>).executeSingleOutput === 'function';
}

function bindKernels(native: NativeBackend): ComplexKernels {
  const { TF_FLOAT, TF_COMPLEX64, TF_INT32, TF_ATTR_TYPE, TF_ATTR_BOOL, TF_ATTR_STRING } = native.binding;
  const type = (name: string, value: unknown): Attribute => ({ name, type: TF_ATTR_TYPE as number, value });
  const bool = (name: string, value: boolean): Attribute => ({ name, type: TF_ATTR_BOOL as number, value });
  const T = [type('T', TF_COMPLEX64)];
  const transform = [type('Tcomplex', TF_COMPLEX64)];
  const nearest = [type('T', TF_FLOAT), { name: 'method', type: TF_ATTR_STRING as number, value: 'nearest' }];
  const cast = [type('SrcT', TF_FLOAT), type('DstT', TF_COMPLEX64), bool('Truncate', false)];
  const toFloat = [...T, type('Tout', TF_FLOAT)];
  const products = [false, true].map((adjoint) => [...T, bool('adj_x', false), bool('adj_y', adjoint)]) as [Attribute[], Attribute[]];
  const complexOf = (value: number): Tensor => native.executeSingleOutput('Cast', cast, [scalar(value)]);
  const run =
    (name: string, attributes: readonly Attribute[]) =>
    (...inputs: Tensor[]): Tensor =>
      native.executeSingleOutput(name, attributes, inputs);
  return {
    parts: run('Bitcast', [...T, type('type', TF_FLOAT)]),
    fromParts: run('Bitcast', [type('T', TF_FLOAT), type('type', TF_COMPLEX64)]),
    fromReal: run('Cast', cast),
    real: run('Real', toFloat),
    conjugate: run('Conj', T),
    multiply: run('Mul', T),
    add: run('AddV2', T),
    subtract: run('Sub', T),
    matMul: (a, b, { adjoint = false } = {}) => native.executeSingleOutput('BatchMatMulV2', products[adjoint ? 1 : 0], [a, b]),
    sum: (a, axis) =>
      native.executeSingleOutput('Sum', [...T, type('Tidx', TF_INT32), bool('keep_dims', false)], [a, scalar(axis, 'int32')]),
    squaredModulus: (a) =>
      tidy(() => {
        const distance = native.executeSingleOutput('SquaredDifference', T, [a, complexOf(DARK)]);
        return native.executeSingleOutput('Real', toFloat, [distance]);
      }),
    fft2d: run('FFT2D', transform),
    ifft2d: run('IFFT2D', transform),
    insertNearest: run('CropAndResizeGradImage', nearest),
  };
}

/** a + factor * direction. */
export function addScaled(
  kernels: ComplexKernels,
  a: Tensor,
  { factor, direction }: { readonly factor: number; readonly direction: Tensor },
): Tensor {
  return tidy(() => kernels.add(a, kernels.multiply(direction, kernels.fromReal(scalar(factor)))));
}

/** The result, and `used` freed: memory that is handed out again at once is still in the cache of the processor. */
export function consuming(result: Tensor, ...used: readonly Tensor[]): Tensor {
  for (const tensor of used) tensor.dispose();
  return result;
}

/** factor * a; the caller disposes. */
export const scaled = (kernels: ComplexKernels, a: Tensor, factor: number): Tensor =>
  tidy(() => kernels.multiply(a, kernels.fromReal(scalar(factor))));
