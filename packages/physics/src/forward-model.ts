import { clone, div, expandDims, maximum, mul, reshape, scalar, sqrt, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type ComplexPair, mapPair, multiply } from './complex-pair.js';
import { customOperation } from './custom-operation.js';
import { centredProbe, farFieldIntensity } from './fourier.js';
import { imageSize } from './image-size.js';
import { type NativeKernels, nativeKernels } from './native.js';

/**
 * Exit waves of object patches `[..., N, N]` under a probe: `[..., N, N]` for one probe `[N, N]`, `[..., modes, N, N]` for several.
 */
export function exitWaves(objectPatches: ComplexPair, probe: ComplexPair): ComplexPair {
  return tidy(() => multiply(alignModes(objectPatches, probe), probe));
}

/** Options of {@link predictIntensity}. */
export interface PredictIntensityOptions {
  /** Let gradients reach the probe, at the cost of two more products and a sum. Default false. */
  readonly probeGradient?: boolean;
}

/**
 * Far-field intensity of object patches `[..., N, N]` under a probe `[N, N]` or incoherent modes `[modes, N, N]`, shape `[..., N, N]`.
 *
 * Modes add in intensity: I = sum over m of |F(P_m O)|^2 (Thibault and Menzel, Nature 494, 68 (2013)). On the native backend all of it
 * is one operation with one forward and one inverse FFT; the gradient reaches the object, and the probe where `probeGradient` says so.
 *
 * @throws {RangeError} when sizes disagree or are odd.
 */
export function predictIntensity(objectPatches: ComplexPair, probe: ComplexPair, options: PredictIntensityOptions = {}): Tensor {
  assertSameSize(objectPatches, probe);
  const illumination = { objectPatches, probe, probeGradient: options.probeGradient ?? false };
  const kernels = nativeKernels();
  return tidy(() => (kernels === undefined ? intensityByParts(illumination) : intensityFused(kernels, illumination)));
}

/** Modulus sqrt(intensity); its gradient 1 / (2 sqrt) is capped at `1 / (2 floor)`, so that dark pixels neither explode nor turn NaN. */
export function amplitude(intensity: Tensor, floor = 1e-6): Tensor {
  return customOperation([intensity], () => {
    const modulus = sqrt(intensity);
    return { value: modulus, saved: [modulus], gradient: (dy, [saved]) => [div(dy, mul(maximum(saved as Tensor, floor), 2))] };
  });
}

function assertSameSize(objectPatches: ComplexPair, probe: ComplexPair): void {
  const sides = [imageSize(objectPatches.re), imageSize(probe.re)];
  if (sides[0] !== sides[1]) throw new RangeError(`expected object patches and probe of one size, got ${sides[0]} and ${sides[1]}`);
  if (probe.re.rank > 3) throw new RangeError(`expected a probe of shape [N, N] or [modes, N, N], got rank ${probe.re.rank}`);
}

interface Illumination {
  readonly objectPatches: ComplexPair;
  readonly probe: ComplexPair;
  readonly probeGradient: boolean;
}

const hasModes = (probe: ComplexPair): boolean => probe.re.rank === 3;

function alignModes(objectPatches: ComplexPair, probe: ComplexPair): ComplexPair {
  return hasModes(probe) ? mapPair(objectPatches, (part) => expandDims(part, -3)) : objectPatches;
}

function intensityByParts({ objectPatches, probe, probeGradient }: Illumination): Tensor {
  const intensity = farFieldIntensity(exitWaves(objectPatches, probeGradient ? probe : mapPair(probe, detach)));
  return hasModes(probe) ? sum(intensity, -3) : intensity;
}

const detach = (part: Tensor): Tensor => customOperation([], () => ({ value: clone(part), saved: [], gradient: () => [] }));

/** With w = O P', P' the centred probe, and I = sum over modes |F w|^2: dL/dw = 2 N^2 IFFT(g F w), dL/dO = dL/dw conj P', likewise P'. */
function intensityFused(kernels: NativeKernels, { objectPatches, probe, probeGradient }: Illumination): Tensor {
  const N = imageSize(probe.re);
  const centred = centredProbe(probe);
  const patches = alignModes(objectPatches, probe);
  const inputs = [patches.re, patches.im, ...(probeGradient ? [centred.re, centred.im] : [])];
  return customOperation(inputs, () => {
    const object = kernels.complex(patches.re, patches.im);
    const wave = kernels.complex(centred.re, centred.im);
    const field = kernels.fft2d(kernels.multiply(object, wave));
    const intensity = kernels.real(kernels.multiply(field, kernels.conjugate(field)));
    const gradient = (dy: Tensor, [savedField, conjugateProbe, savedObject]: readonly Tensor[]): Tensor[] => {
      const weights = kernels.fromReal(hasModes(probe) ? expandDims(dy, -3) : dy);
      const exit = kernels.ifft2d(kernels.multiply(weights, savedField as Tensor)); // dL/dw / (2 N^2)
      const ofObject = kernels.multiply(exit, conjugateProbe as Tensor);
      const parts = [kernels.real(ofObject), kernels.imag(ofObject)];
      const objectGradients = hasModes(probe) ? parts.map((part) => sum(part, -3, true)) : parts;
      if (savedObject === undefined) return objectGradients;
      const ofProbe = kernels.multiply(exit, kernels.conjugate(savedObject));
      const rows = [kernels.real(ofProbe), kernels.imag(ofProbe)].map((part) => sumTo(part, probe.re.shape));
      return [...objectGradients, ...rows.map((part) => mul(part, 2 * N * N))];
    };
    return {
      value: hasModes(probe) ? sum(intensity, -3) : intensity,
      saved: [field, kernels.conjugate(kernels.multiply(wave, kernels.fromReal(scalar(2 * N * N)))), ...(probeGradient ? [object] : [])],
      gradient,
    };
  });
}

/** Sums the leading axes that `shape` does not have. */
function sumTo(part: Tensor, shape: readonly number[]): Tensor {
  return sum(reshape(part, [-1, ...shape]), 0);
}
