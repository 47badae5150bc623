import { mul, square, stack, sub, sum, type Tensor, tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { ComplexPair } from './complex-pair.js';
import { amplitude, predictIntensity } from './forward-model.js';
import { extractPatches, type PatchPositions } from './patches.js';

/**
 * Sums over pixels from which the residual of any number of frames follows.
 *
 * They are taken about a reference scale near the best one, so that a small residual is not the difference of two large numbers.
 */
export interface ResidualSums {
  readonly referenceScale: number;
  /** Sum of A^2. */
  readonly model: number;
  /** Sum of A (X - reference A). */
  readonly cross: number;
  /** Sum of (X - reference A)^2. */
  readonly rest: number;
  /** Sum of X^2. */
  readonly data: number;
}

/** How far a model is from the data. */
export interface RelativeResidual {
  /** sum (scale A - X)^2 / sum X^2. */
  readonly residual: number;
  /** The one real factor that makes the residual smallest. */
  readonly scale: number;
}

/** Sums of one batch of predicted and measured amplitudes of equal shape; add batches with {@link addResidualSums}. */
export async function residualSums(predicted: Tensor, measured: Tensor, referenceScale = 1): Promise<ResidualSums> {
  const sums = tidy(() => {
    const rest = sub(measured, mul(predicted, referenceScale));
    return stack([sum(square(predicted)), sum(mul(predicted, rest)), sum(square(rest)), sum(square(measured))]);
  });
  const [model = 0, cross = 0, rest = 0, data = 0] = await sums.data<'float32'>();
  sums.dispose();
  return { referenceScale, model, cross, rest, data };
}

/** Adds sums taken about the same reference scale. */
export function addResidualSums(a: ResidualSums, b: ResidualSums): ResidualSums {
  if (a.referenceScale !== b.referenceScale) {
    throw new RangeError(`expected sums about one reference scale, got ${a.referenceScale} and ${b.referenceScale}`);
  }
  const { referenceScale } = a;
  return { referenceScale, model: a.model + b.model, cross: a.cross + b.cross, rest: a.rest + b.rest, data: a.data + b.data };
}

/** Relative residual and best scale of accumulated sums; without any model or data the residual is 1 and NaN. */
export function residualOf({ referenceScale, model, cross, rest, data }: ResidualSums): RelativeResidual {
  if (model === 0) return { residual: rest / data, scale: 0 };
  return { residual: Math.max(0, rest - (cross * cross) / model) / data, scale: referenceScale + cross / model };
}

/** Options of {@link relativeResidual}. */
export interface RelativeResidualOptions extends PatchPositions {
  /** `[H, W]`; positions are pixels of this array. */
  readonly object: ComplexPair;
  /** `[N, N]` or `[modes, N, N]`. */
  readonly probe: ComplexPair;
  /** Gathers measured amplitudes `[indices.length, N, N]`, as a frame source does. */
  readonly readFrames: (indices: ArrayLike<number>, into: Float32Array) => Promise<void>;
  /** Frames per step; default 64. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/** Relative residual of a stitched object over all frames of a scan, streaming: sum_j sum (s A(P O_j) - X_j)^2 / sum X^2. */
export async function relativeResidual(options: RelativeResidualOptions): Promise<RelativeResidual> {
  const { object, probe, x, y, readFrames, batchSize = 64, signal } = options;
  const N = probe.re.shape[probe.re.rank - 1] as number;
  let sums: ResidualSums | undefined;
  for (let first = 0; first < x.length; first += batchSize) {
    signal?.throwIfAborted();
    const indices = Int32Array.from({ length: Math.min(batchSize, x.length - first) }, (_, i) => first + i);
    const frames = new Float32Array(indices.length * N * N);
    await readFrames(indices, frames);
    const positions = { x: Array.from(indices, (j) => x[j] as number), y: Array.from(indices, (j) => y[j] as number) };
    const predicted = tidy(() => amplitude(predictIntensity(extractPatches(object, { ...positions, size: N }), probe)));
    const measured = tensor3d(frames, [indices.length, N, N]);
    // The first batch finds the reference scale for all.
    const reference: number = sums?.referenceScale ?? residualOf(await residualSums(predicted, measured)).scale;
    const batch = await residualSums(predicted, measured, reference);
    predicted.dispose();
    measured.dispose();
    sums = sums === undefined ? batch : addResidualSums(sums, batch);
  }
  if (sums === undefined) throw new RangeError('expected at least one frame, got none');
  return residualOf(sums);
}
