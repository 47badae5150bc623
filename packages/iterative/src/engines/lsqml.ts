import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import type { ComplexKernels } from '../kernels/complex-kernels.js';
import { complexTensor, complexValues, spareValues } from '../kernels/tensor-values.js';
import { type WaveLoops, waveLoops } from '../kernels/wave-loops.js';
import type { NoiseModel } from './amplitude-residual.js';
import { type Displacements, type Estimate, type IterativeEngine, scopedUpdate, type Update, type UpdateContext } from './engine.js';
import { jointSteps, mean, objectSteps, type StepLengths, type StepProducts, trimmedMean } from './joint-steps.js';
import { moved, toObjectDirection } from './object-direction.js';
import { positionSteps } from './position-steps.js';
import type { FrameBatch } from './propagate.js';
import { WaveBatch } from './wave-batch.js';

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
  /** Threads that share the frames of a batch, one or two; results do not depend on it. Default 1. */
  readonly threads?: number | undefined;
}

/**
 * Least squares with maximum-likelihood directions: per batch one direction for the object, divided by the illumination, one for the probe,
 * and step lengths that fit both to the data of every frame at once.
 *
 * Source: Odstrcil, Menzel, Guizar-Sicairos, Opt. Express 26, 3108 (2018); step lengths per frame and the mean probe direction as in
 * PtychoShelves (Wakonig et al., J. Appl. Cryst. 53, 574 (2020)).
 */
export function lsqmlEngine(kernels: ComplexKernels, settings: LsqmlSettings): IterativeEngine {
  const tools = { kernels, loops: waveLoops({ threads: settings.threads ?? 1 }), settings };
  return {
    name: 'lsqml',
    update: (estimate, batch, context) => scopedUpdate(() => step(tools, { estimate, batch, context })),
    dispose: () => tools.loops.close(),
  };
}

interface StepInput {
  readonly estimate: Estimate;
  readonly batch: FrameBatch;
  readonly context: UpdateContext;
}

interface LsqmlTools {
  readonly kernels: ComplexKernels;
  readonly loops: WaveLoops;
  readonly settings: LsqmlSettings;
}

function step({ kernels, loops, settings }: LsqmlTools, { estimate, batch, context }: StepInput): Update {
  const shape = estimate.object.shape as [number, number];
  const frameArea = batch.amplitudes.size / batch.indices.length;
  const values = complexValues(kernels, estimate.object);
  const waves = new WaveBatch(kernels, loops, { batch, object: values, shape, ...settings, ...context, probe: estimate.probe });
  const { error, objectSum, probeDirection } = waves.pass();
  toObjectDirection({
    sums: objectSum,
    object: values,
    width: shape[1],
    illumination: context.illumination,
    weight: settings.smoothness / frameArea,
    share: context.share,
  });
  const lengths = stepLengths(waves.products(), { joint: probeDirection !== undefined });
  const factor = settings.objectStep * trimmedMean(lengths.object);
  return {
    object: movedTensor(kernels, estimate.object, { factor, direction: objectSum }),
    probe:
      probeDirection === undefined
        ? estimate.probe
        : movedTensor(kernels, estimate.probe, { factor: settings.probeStep * mean(lengths.probe), direction: probeDirection }),
    error,
    frameSteps: lengths,
    displacements: context.refinePositions ? displacements(kernels, { estimate, batch, waves }) : undefined,
  };
}

function movedTensor(kernels: ComplexKernels, from: Tensor, change: { readonly factor: number; readonly direction: Float32Array }): Tensor {
  const values = moved(complexValues(kernels, from), { ...change, target: spareValues(from) });
  return complexTensor(kernels, values, from.shape);
}

function stepLengths(products: StepProducts, { joint }: { readonly joint: boolean }): StepLengths {
  return joint ? jointSteps(products) : { object: objectSteps(products), probe: new Float64Array(products.objectPower.length) };
}

function displacements(
  kernels: ComplexKernels,
  { estimate, batch, waves }: Pick<StepInput, 'estimate' | 'batch'> & { readonly waves: WaveBatch },
): Displacements {
  const N = estimate.probe.shape[2] as number;
  const patches = reshape(batch.windows.crop(estimate.object), [batch.indices.length, 1, N, N]);
  return positionSteps(kernels, { probe: estimate.probe, placements: batch.placements, waves: { ...waves.tensors(), patches } });
}
