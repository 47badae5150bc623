import { add, concat, div, max, mul, reshape, rsqrt, square, type Tensor } from '@tensorflow/tfjs-core';
import { addScaled, type ComplexKernels } from '../kernels/complex-kernels.js';
import type { NoiseModel } from './amplitude-residual.js';
import { type Estimate, type IterativeEngine, scopedUpdate, type Update, type UpdateContext } from './engine.js';
import { jointSteps, mean, objectSteps, type StepLengths, trimmedMean } from './joint-steps.js';
import { priorCurvature, priorGradient } from './object-prior.js';
import { positionSteps } from './position-steps.js';
import { type FrameBatch, meanProbeGradient, type Propagation, propagate } from './propagate.js';

/** Settings of {@link lsqmlEngine}. */
export interface LsqmlSettings {
  readonly noise: NoiseModel;
  /** 1 where a pixel counts, `[N, N]`. */
  readonly mask: Tensor | undefined;
  /** Factors on the least-squares step lengths. */
  readonly objectStep: number;
  readonly probeStep: number;
  /** Weight of the smoothness prior, see `priorGradient`; 0 for none. */
  readonly smoothness: number;
}

/** Share of the largest illumination below which the object direction is no longer divided by the illumination. */
const DAMPING = 0.1;

/**
 * Least squares with maximum-likelihood directions: per batch one direction for the object, divided by the illumination, one for the probe,
 * and step lengths that fit both to the data of every frame at once.
 *
 * Source: Odstrcil, Menzel, Guizar-Sicairos, Opt. Express 26, 3108 (2018); step lengths per frame and the mean probe direction as in
 * PtychoShelves (Wakonig et al., J. Appl. Cryst. 53, 574 (2020)).
 */
export function lsqmlEngine(kernels: ComplexKernels, settings: LsqmlSettings): IterativeEngine {
  return {
    name: 'lsqml',
    update: (estimate, batch, context) => scopedUpdate(() => step(kernels, settings, { estimate, batch, context })),
  };
}

interface StepInput {
  readonly estimate: Estimate;
  readonly batch: FrameBatch;
  readonly context: UpdateContext;
}

function step(kernels: ComplexKernels, settings: LsqmlSettings, input: StepInput): Update {
  const { estimate, batch, context } = input;
  const waves = propagate(kernels, batch, { ...estimate, ...settings });
  const object = objectDirection(kernels, settings, { ...input, waves });
  const probe = context.updateProbe ? meanProbeGradient(kernels, kernels.multiply(waves.residuals, waves.patches), waves.ramps) : undefined;
  const { error, lengths } = stepLengths(kernels, { batch, waves, object, probe });
  const alphaObject = trimmedMean(lengths.object);
  const alphaProbe = mean(lengths.probe);
  return {
    object: addScaled(kernels, estimate.object, { factor: settings.objectStep * alphaObject, direction: object }),
    probe:
      probe === undefined
        ? estimate.probe
        : addScaled(kernels, estimate.probe, { factor: settings.probeStep * alphaProbe, direction: probe }),
    error,
    frameSteps: lengths,
    displacements: context.refinePositions ? positionSteps(kernels, { probe: estimate.probe, waves }) : undefined,
  };
}

/** D = sum_j conj(P_j) chi_j (and the prior's share), divided by the damped illumination. */
function objectDirection(
  kernels: ComplexKernels,
  { smoothness }: LsqmlSettings,
  { estimate, batch, context, waves }: StepInput & { readonly waves: Propagation },
): Tensor {
  const [count, , N] = waves.probes.shape as [number, number, number];
  const perMode = kernels.multiply(waves.residuals, waves.probes);
  const summed = modesSummed(kernels, perMode, [count, N, N]);
  const raw = kernels.conjugate(batch.windows.insert(summed));
  const weight = smoothness / (N * N);
  const illumination = smoothness === 0 ? context.illumination : add(context.illumination, priorCurvature(weight));
  const damping = square(mul(max(context.illumination), DAMPING));
  const inverse = rsqrt(add(square(illumination), damping));
  const data = kernels.multiply(raw, kernels.fromReal(div(inverse, N * N)));
  if (smoothness === 0) return data;
  const prior = priorGradient(kernels, estimate.object, { weight: weight * context.share });
  return kernels.subtract(data, kernels.multiply(prior, kernels.fromReal(inverse)));
}

function modesSummed(kernels: ComplexKernels, perMode: Tensor, shape: [number, number, number]): Tensor {
  if (perMode.shape[1] === 1) return reshape(perMode, shape);
  return kernels.sum(perMode, 1);
}

interface StepLengthInput {
  readonly batch: FrameBatch;
  readonly waves: Propagation;
  readonly object: Tensor;
  readonly probe: Tensor | undefined;
}

/** All inner products of the batch in one transfer from the engine. */
function stepLengths(
  kernels: ComplexKernels,
  { batch, waves, object, probe }: StepLengthInput,
): { readonly error: number; readonly lengths: StepLengths } {
  const [count, , N] = waves.probes.shape as [number, number, number];
  const row = (value: Tensor): Tensor => reshape(value, [count, 1, -1]);
  const dot = (a: Tensor, b: Tensor): Tensor => reshape(kernels.parts(kernels.matMul(a, b, { adjoint: true })), [count, 2]);
  // The adjoint product with the conjugate is several times faster than the plain product of a row and a column.
  const corrections = row(kernels.conjugate(waves.residuals));
  const u = row(kernels.multiply(reshape(batch.windows.crop(object), [count, 1, N, N]), waves.probes));
  const v = probe === undefined ? undefined : row(kernels.multiply(waves.patches, probe));
  const products = [dot(u, u), dot(u, corrections), ...(v === undefined ? [] : [dot(v, v), dot(v, corrections), dot(u, v)])];
  const numbers = concat([...products, reshape(waves.errors, [count, 1])], 1).dataSync<'float32'>();
  const columns = 2 * products.length + 1;
  const column = (index: number, scale = 1): Float64Array =>
    Float64Array.from({ length: count }, (_, j) => scale * (numbers[j * columns + index] as number));
  const error = column(columns - 1).reduce((a, b) => a + b, 0);
  const own = { objectPower: column(0), objectGain: column(2, 1 / (N * N)) };
  if (v === undefined) return { error, lengths: { object: objectSteps(own), probe: new Float64Array(count) } };
  const joint = { probePower: column(4), probeGain: column(6, 1 / (N * N)), crossRe: column(8), crossIm: column(9) };
  return { error, lengths: jointSteps({ ...own, ...joint }) };
}
