import { add, max, mul, reciprocal, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { addScaled, type ComplexKernels, consuming } from '../kernels/complex-kernels.js';
import { modeSum, type NoiseModel } from './amplitude-residual.js';
import { type Estimate, type IterativeEngine, scopedUpdate, type Update, type UpdateContext } from './engine.js';
import { positionSteps } from './position-steps.js';
import { type FrameBatch, type Propagation, propagate } from './propagate.js';

/** Settings of {@link pieEngine}. */
export interface PieSettings {
  /** `'epie'` divides by the largest intensity, `'rpie'` by a mixture of it and the intensity of the pixel. */
  readonly rule: 'epie' | 'rpie';
  readonly noise: NoiseModel;
  /** 1 where a pixel counts, `[N, N]`. */
  readonly mask: Tensor | undefined;
  readonly alphaObject: number;
  readonly alphaProbe: number;
  readonly objectStep: number;
  readonly probeStep: number;
  /**
   * Divides the object update by the intensity summed over the batch instead of that of single frames, so that no size of batch overshoots;
   * for one frame per batch the two are the same. False gives the rule of batch programs, which diverges where many frames of a batch overlap.
   */
  readonly overlapNormalised: boolean;
}

/**
 * Ptychographical iterative engines on batches of frames.
 *
 * Sources: Maiden & Rodenburg, Ultramicroscopy 109, 1256 (2009), eqs. 3 to 5 (ePIE); Maiden, Johnson & Li, Optica 4, 736 (2017), eqs. 14 and 17 (rPIE).
 */
export function pieEngine(kernels: ComplexKernels, settings: PieSettings): IterativeEngine {
  return {
    name: settings.rule,
    update: (estimate, batch, context) => scopedUpdate(() => step(kernels, settings, { estimate, batch, context })),
  };
}

interface StepInput {
  readonly estimate: Estimate;
  readonly batch: FrameBatch;
  readonly context: UpdateContext;
}

function step(kernels: ComplexKernels, settings: PieSettings, { estimate, batch, context }: StepInput): Update {
  const waves = propagate(kernels, batch, { ...estimate, ...settings });
  const [count, , N] = waves.probes.shape as [number, number, number];
  const light = reshape(modeSum(powerOf(kernels, waves.probes)), [count, N, N]);
  const matter = powerOf(kernels, waves.patches); // [B, 1, N, N]
  const towards = kernels.multiply(waves.residuals, waves.probes);
  const summed = towards.shape[1] === 1 ? reshape(towards, [count, N, N]) : kernels.sum(towards, 1);
  const object = settings.overlapNormalised
    ? normalisedByOverlap(kernels, settings, { batch, summed, light })
    : batch.windows.insert(weighted(kernels, summed, weights(light, settings, { largest: max(light), of: 'object' })));
  const direction = kernels.conjugate(object);
  const error = waves.errors.dataSync<'float32'>().reduce((a, b) => a + b, 0);
  return {
    object: addScaled(kernels, estimate.object, { factor: settings.objectStep, direction }),
    probe: context.updateProbe ? newProbe(kernels, settings, { estimate, waves, matter }) : estimate.probe,
    error,
    frameSteps: undefined,
    displacements: context.refinePositions
      ? positionSteps(kernels, { probe: estimate.probe, placements: batch.placements, waves })
      : undefined,
  };
}

function newProbe(
  kernels: ComplexKernels,
  settings: PieSettings,
  { estimate, waves, matter }: { readonly estimate: Estimate; readonly waves: Propagation; readonly matter: Tensor },
): Tensor {
  const largest = max(matter, [1, 2, 3], true);
  const gradient = kernels.multiply(waves.residuals, waves.patches);
  const weightedGradient = consuming(weighted(kernels, gradient, weights(matter, settings, { largest, of: 'probe' })), gradient);
  const direction = waves.shifts.meanBack(weightedGradient);
  return addScaled(kernels, estimate.probe, { factor: settings.probeStep, direction });
}

function normalisedByOverlap(
  kernels: ComplexKernels,
  settings: PieSettings,
  { batch, summed, light }: { readonly batch: FrameBatch; readonly summed: Tensor; readonly light: Tensor },
): Tensor {
  const overlap = kernels.real(batch.windows.insert(kernels.fromReal(light)));
  return weighted(kernels, batch.windows.insert(summed), weights(overlap, settings, { largest: max(overlap), of: 'object' }));
}

/** 1 / ((1 - alpha) power + alpha largest), or alpha / largest. */
function weights(
  power: Tensor,
  { rule, alphaObject, alphaProbe }: PieSettings,
  { largest, of }: { readonly largest: Tensor; readonly of: 'object' | 'probe' },
): Tensor {
  const alpha = of === 'object' ? alphaObject : alphaProbe;
  if (rule === 'epie') return mul(reciprocal(largest), alpha);
  return reciprocal(add(mul(power, 1 - alpha), mul(largest, alpha)));
}

const weighted = (kernels: ComplexKernels, value: Tensor, weight: Tensor): Tensor => kernels.multiply(value, kernels.fromReal(weight));

const powerOf = (kernels: ComplexKernels, value: Tensor): Tensor => kernels.squaredModulus(value);
