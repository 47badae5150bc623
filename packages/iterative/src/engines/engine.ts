import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { StepLengths } from './joint-steps.js';
import type { FrameBatch } from './propagate.js';

/** Names of the engines. */
export type EngineName = 'epie' | 'rpie' | 'lsqml';

/** What an engine works on. */
export interface Estimate {
  /** Complex `[H, W]`. */
  readonly object: Tensor;
  /** Probe times the checkerboard, complex `[m, N, N]`. */
  readonly probe: Tensor;
}

/** What one update made of an {@link Estimate}; the caller disposes. */
export interface Update extends Estimate {
  /** Sum of squared deviations of amplitudes of the batch, before the update. */
  readonly error: number;
  /** Gauss-Newton displacements of the positions of each frame, pixels; only when asked for. */
  readonly displacements: Displacements | undefined;
  /** Least-squares step lengths of each frame, for engines that have them. */
  readonly frameSteps: StepLengths | undefined;
}

/** Displacements of the frames of a batch, pixels. */
export interface Displacements {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What changes from batch to batch. */
export interface UpdateContext {
  /** Illumination of the whole scan, sum_j |P|^2, `[H, W]`. */
  readonly illumination: Tensor;
  /** Share of the scan that the batch is. */
  readonly share: number;
  readonly updateProbe: boolean;
  readonly refinePositions: boolean;
}

/**
 * One way of turning a batch of frames into a better estimate.
 *
 * An update owns nothing beyond its result: all tensors it makes on the way are freed.
 */
export interface IterativeEngine {
  readonly name: EngineName;
  /** What one batch changes about object and probe; the caller disposes the tensors. */
  update(estimate: Estimate, batch: FrameBatch, context: UpdateContext): Update;
  /** Ends what an engine keeps between updates; nothing is asked of it afterwards. */
  dispose?(): void;
}

/** Runs the work of an update and frees every tensor of it but the new estimate. */
export function scopedUpdate(work: () => Update): Update {
  let done: Update | undefined;
  const kept = tidy(() => {
    done = work();
    return { object: done.object, probe: done.probe };
  });
  return { ...(done as Update), ...kept };
}
