import type { Tensor } from '@tensorflow/tfjs-core';
import type { MomentumMemory } from '../constraints/momentum.js';
import type { Estimate } from '../engines/engine.js';
import { replaceTensor } from '../kernels/tensor-values.js';
import type { SolveEpoch } from './solve-event.js';

/** Where a run stands between two updates. */
export interface SolveProgress {
  /** Finished epochs. */
  readonly epoch: number;
  /** Finished batches of the epoch under way. */
  readonly batch: number;
  /** Sums over those batches. */
  readonly errorSum: number;
  readonly frames: number;
  readonly seconds: number;
}

/** Before the first batch. */
export const AT_START: SolveProgress = { epoch: 0, batch: 0, errorSum: 0, frames: 0, seconds: 0 };

/** Everything that changes in a run; owns its tensors. */
export class SolveState implements Estimate {
  object: Tensor;
  /** Times the checkerboard, in units in which |fft2(P O)|^2 are counts. */
  probe: Tensor;
  illumination: Tensor;
  /** Positions of all frames, scan coordinates. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Displacements found in the epoch under way. */
  readonly moveX: Float64Array;
  readonly moveY: Float64Array;
  /** What the positions were last moved by. */
  readonly lastMoveX: Float64Array;
  readonly lastMoveY: Float64Array;
  /** Object at the start of the epoch under way; only with momentum. */
  before: Tensor | undefined;
  momentum: MomentumMemory | undefined;
  /** Mean of the objects of the last epochs, and how many there are in it. */
  average: Tensor | undefined;
  averagedEpochs = 0;
  readonly history: SolveEpoch[] = [];
  progress: SolveProgress = AT_START;

  constructor(start: Estimate & { readonly illumination: Tensor; readonly x: Float64Array; readonly y: Float64Array }) {
    this.object = start.object;
    this.probe = start.probe;
    this.illumination = start.illumination;
    this.x = start.x.slice();
    this.y = start.y.slice();
    this.moveX = new Float64Array(start.x.length);
    this.moveY = new Float64Array(start.y.length);
    this.lastMoveX = new Float64Array(start.x.length);
    this.lastMoveY = new Float64Array(start.y.length);
  }

  /** Takes over a new estimate and frees what it replaces. */
  accept({ object, probe }: Estimate): void {
    const [oldObject, oldProbe] = [this.object, this.probe];
    this.object = object;
    this.probe = probe;
    if (oldObject !== object) replaceTensor(oldObject, object);
    if (oldProbe !== probe) replaceTensor(oldProbe, probe);
  }

  /** Takes over a new illumination. */
  illuminate(illumination: Tensor): void {
    this.illumination.dispose();
    this.illumination = illumination;
  }

  /** Takes over what momentum remembers. */
  remember(memory: MomentumMemory): void {
    if (this.momentum !== undefined) for (const tensor of [this.momentum.velocity, ...this.momentum.updates]) tensor.dispose();
    this.momentum = memory;
  }

  #tensors(): readonly Tensor[] {
    const { momentum } = this;
    const optional = [this.before, this.average, ...(momentum === undefined ? [] : [momentum.velocity, ...momentum.updates])];
    return [this.object, this.probe, this.illumination, ...optional.filter((tensor) => tensor !== undefined)];
  }

  dispose(): void {
    for (const tensor of this.#tensors()) tensor.dispose();
  }
}
