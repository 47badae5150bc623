import { concat, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { objectTensor, objectValues } from '../geometry/object-values.js';
import { addScaled, type ComplexKernels, consuming } from '../kernels/complex-kernels.js';
import type { NoiseModel } from './amplitude-residual.js';
import { type Estimate, type IterativeEngine, scopedUpdate, type Update, type UpdateContext } from './engine.js';
import { jointSteps, mean, objectSteps, type StepLengths, trimmedMean } from './joint-steps.js';
import { moved, objectDirection } from './object-direction.js';
import { positionSteps } from './position-steps.js';
import { type FrameBatch, type Propagation, propagate } from './propagate.js';

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
  const shape = estimate.object.shape as [number, number];
  const frameArea = batch.amplitudes.size / batch.indices.length;
  const values = objectValues(kernels, estimate.object);
  const object = objectDirection({
    conjugates: summedConjugates(kernels, batch, waves),
    object: values,
    width: shape[1],
    illumination: context.illumination,
    weight: settings.smoothness / frameArea,
    share: context.share,
  });
  const probe = context.updateProbe ? probeDirection(kernels, waves) : undefined;
  waves.residuals.dispose();
  const { error, lengths } = stepLengths(kernels, { batch, waves, object, probe });
  const alphaObject = trimmedMean(lengths.object);
  const alphaProbe = mean(lengths.probe);
  return {
    object: objectTensor(kernels, moved(values, { factor: settings.objectStep * alphaObject, direction: object }), shape),
    probe:
      probe === undefined
        ? estimate.probe
        : addScaled(kernels, estimate.probe, { factor: settings.probeStep * alphaProbe, direction: probe }),
    error,
    frameSteps: lengths,
    displacements: context.refinePositions
      ? positionSteps(kernels, { probe: estimate.probe, placements: batch.placements, waves })
      : undefined,
  };
}

/** Q, the mean over the frames of conj(O_j) chi_j. */
function probeDirection(kernels: ComplexKernels, { residuals, patches, shifts }: Propagation): Tensor {
  const conjugates = kernels.multiply(residuals, patches);
  return consuming(shifts.meanBack(conjugates), conjugates);
}

/** Sum over the batch of P_j conj(chi_j), pairs of real and imaginary part, `[H, W]`. */
function summedConjugates(kernels: ComplexKernels, batch: FrameBatch, { residuals, probes }: Propagation): Float32Array {
  const [count, , N] = probes.shape as [number, number, number];
  const perMode = kernels.multiply(residuals, probes);
  const squares = modesSummed(kernels, perMode, [count, N, N]);
  const sum = consuming(batch.windows.insert(squares), squares, perMode);
  const parts = consuming(kernels.parts(sum), sum);
  const values = parts.dataSync<'float32'>();
  parts.dispose();
  return values;
}

function modesSummed(kernels: ComplexKernels, perMode: Tensor, shape: [number, number, number]): Tensor {
  if (perMode.shape[1] === 1) return reshape(perMode, shape);
  return kernels.sum(perMode, 1);
}

interface StepLengthInput {
  readonly batch: FrameBatch;
  readonly waves: Propagation;
  readonly object: Float32Array;
  readonly probe: Tensor | undefined;
}

/** All inner products of the batch in one transfer from the engine. */
function stepLengths(
  kernels: ComplexKernels,
  { batch, waves, object, probe }: StepLengthInput,
): { readonly error: number; readonly lengths: StepLengths } {
  const [count, , N] = waves.probes.shape as [number, number, number];
  const row = (value: Tensor): Tensor => reshape(value, [count, 1, -1]);
  // The adjoint product is several times faster than the plain product of a row and a column.
  const dot = (a: Tensor, b: Tensor): Tensor => reshape(kernels.parts(kernels.matMul(a, b, { adjoint: true })), [count, 2]);
  const corrections = row(waves.corrections);
  const cut = batch.windows.crop(object);
  const u = row(consuming(kernels.multiply(reshape(cut, [count, 1, N, N]), waves.probes), cut));
  const v = probe === undefined ? undefined : row(kernels.multiply(waves.patches, probe));
  const products = [dot(u, u), dot(u, corrections), ...(v === undefined ? [] : [dot(v, v), dot(v, corrections), dot(u, v)])];
  const numbers = concat([...products, reshape(waves.errors, [count, 1])], 1).dataSync<'float32'>();
  const columns = 2 * products.length + 1;
  const column = (index: number): Float64Array => Float64Array.from({ length: count }, (_, j) => numbers[j * columns + index] as number);
  const error = column(columns - 1).reduce((a, b) => a + b, 0);
  const own = { objectPower: column(0), objectGain: column(2) };
  if (v === undefined) return { error, lengths: { object: objectSteps(own), probe: new Float64Array(count) } };
  const joint = { probePower: column(4), probeGain: column(6), crossRe: column(8), crossIm: column(9) };
  return { error, lengths: jointSteps({ ...own, ...joint }) };
}
