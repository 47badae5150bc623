import { mul, type Tensor, type Tensor2D, tensor2d, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { absSquared, type ComplexPair, scalePair } from './complex-pair.js';
import { customOperation } from './custom-operation.js';
import { imageSize } from './image-size.js';
import { type NativeKernels, nativeKernels } from './native.js';
import { multiplyDft } from './portable-fourier.js';

/** (-1)^(row + column), shape `[N, N]`: multiplied onto a wave it moves zero frequency of the transform to pixel (N/2, N/2). */
export function checkerboard(N: number): Tensor2D {
  const signs = new Float32Array(N * N);
  for (let i = 0; i < signs.length; i++) signs[i] = ((i % N) + Math.floor(i / N)) % 2 === 0 ? 1 : -1;
  return tensor2d(signs, [N, N]);
}

/**
 * The probe `[..., N, N]` times {@link checkerboard} / N.
 *
 * Exit waves made with it need neither centring nor normalisation: pass them to {@link farFieldIntensity} with `centred`.
 */
export function centredProbe(probe: ComplexPair): ComplexPair {
  const N = imageSize(probe.re);
  return tidy(() => scalePair(probe, mul(checkerboard(N), 1 / N)));
}

/**
 * Far field of exit waves `[..., N, N]`: fftshift(fft2(exit)) / N, orthonormal, zero frequency at (N/2, N/2).
 *
 * Differentiable on every backend; its adjoint is {@link inverseFarField}. Memory: the result.
 *
 * @throws {RangeError} when the images are not square with an even size.
 */
export function farField(exit: ComplexPair): ComplexPair {
  imageSize(exit.re);
  const kernels = nativeKernels();
  return kernels === undefined ? multiplyDft(exit, 1) : transformNatively(exit, forward(kernels), inverse(kernels));
}

/**
 * Exit waves of far fields `[..., N, N]`: the inverse and the adjoint of {@link farField}.
 *
 * @throws {RangeError} when the images are not square with an even size.
 */
export function inverseFarField(field: ComplexPair): ComplexPair {
  imageSize(field.re);
  const kernels = nativeKernels();
  return kernels === undefined ? multiplyDft(field, -1) : transformNatively(field, inverse(kernels), forward(kernels));
}

/** Options of {@link farFieldIntensity}. */
export interface FarFieldIntensityOptions {
  /** The exit waves were made with {@link centredProbe} and already carry the centring and 1/N. Default false. */
  readonly centred?: boolean;
}

/**
 * |far field|^2 of exit waves `[..., N, N]`: one real tensor of the same shape, as one differentiable operation.
 *
 * @throws {RangeError} when the images are not square with an even size.
 */
export function farFieldIntensity(exit: ComplexPair, options: FarFieldIntensityOptions = {}): Tensor {
  const N = imageSize(exit.re);
  const { centred = false } = options;
  const kernels = nativeKernels();
  return tidy(() => {
    if (kernels !== undefined) return intensityNatively(kernels, centred ? exit : centredProbe(exit));
    const wave = centred ? scalePair(exit, mul(checkerboard(N), N)) : exit;
    return absSquared(multiplyDft(wave, 1));
  });
}

type Transform = (wave: Tensor) => Tensor;

const forward =
  (kernels: NativeKernels): Transform =>
  (wave) => {
    const N = imageSize(wave);
    const factor = mul(checkerboard(N), 1 / N);
    return kernels.fft2d(kernels.multiply(wave, kernels.fromReal(factor)));
  };

const inverse =
  (kernels: NativeKernels): Transform =>
  (field) => {
    const N = imageSize(field);
    const factor = mul(checkerboard(N), N);
    return kernels.multiply(kernels.ifft2d(field), kernels.fromReal(factor));
  };

/** Both parts come from one transform; the backward pass takes one each, which only this rarely differentiated function pays. */
function transformNatively(wave: ComplexPair, apply: Transform, adjoint: Transform): ComplexPair {
  const kernels = nativeKernels() as NativeKernels;
  const back = (re: Tensor, im: Tensor): Tensor[] => {
    const result = adjoint(kernels.complex(re, im));
    return [kernels.real(result), kernels.imag(result)];
  };
  return tidy(() => {
    const field = apply(kernels.complex(wave.re, wave.im));
    const inputs = [wave.re, wave.im];
    const re = customOperation(inputs, () => ({ value: kernels.real(field), saved: [], gradient: (dy) => back(dy, zerosLike(dy)) }));
    const im = customOperation(inputs, () => ({ value: kernels.imag(field), saved: [], gradient: (dy) => back(zerosLike(dy), dy) }));
    return { re, im };
  });
}

function intensityNatively(kernels: NativeKernels, wave: ComplexPair): Tensor {
  const N = imageSize(wave.re);
  return customOperation([wave.re, wave.im], () => {
    const field = kernels.fft2d(kernels.complex(wave.re, wave.im));
    return {
      value: kernels.real(kernels.multiply(field, kernels.conjugate(field))),
      saved: [field],
      // I = |F w|^2 with F unnormalised: dL/dw = 2 F^H (g F w), and F^H is N^2 times the normalised inverse.
      gradient: (dy, [saved]) => {
        const back = kernels.ifft2d(kernels.multiply(kernels.fromReal(mul(dy, 2 * N * N)), saved as Tensor));
        return [kernels.real(back), kernels.imag(back)];
      },
    };
  });
}
