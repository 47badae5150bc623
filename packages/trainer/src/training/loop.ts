import { Random } from '@ptychokit/config';
import type { Progress } from '../checkpoint/checkpoint.js';
import { learningRateAt, plateauFactor } from '../schedule.js';
import { monitored } from './history.js';
import type { PreparedRun, TrainRequest } from './prepare.js';
import type { EpochRecord } from './train-event.js';

/** A run and where it stands. */
export interface Loop {
  readonly request: TrainRequest;
  readonly run: PreparedRun;
  progress: Progress;
  readonly history: EpochRecord[];
  /** Parameters after the best epoch so far. */
  bestValues: ReadonlyMap<string, Float32Array> | null;
}

/** Before the first step of the first epoch. */
export const START: Progress = { epoch: 0, step: 0, lossSum: 0, lossCount: 0 };

/** Groups whose gradients make one optimiser step. */
export const groupsPerStep = ({ request: { config } }: Loop): number => config.batchSize * config.accumulateGradBatches;

/** Optimiser steps of an epoch. */
export const stepsPerEpoch = (loop: Loop): number => Math.ceil(loop.run.trainingGroups.length / groupsPerStep(loop));

/** Groups of the epoch under way that are still to do, in this epoch's order: it depends on the seed and the epoch alone. */
export function remainingGroups(loop: Loop): Int32Array {
  const { epoch, step } = loop.progress;
  const { trainingGroups } = loop.run;
  const order = new Random(loop.request.config.seed, 'epoch', epoch).permutation(trainingGroups.length);
  return order.map((index) => trainingGroups[index] as number).subarray(step * groupsPerStep(loop));
}

/** Learning rate of the step after `progress`. */
export const currentLearningRate = (loop: Loop): number => learningRateOfStep(loop, loop.progress.step);

/** Learning rate of the step before `progress`, in the same epoch. */
export const learningRateOfLastStep = (loop: Loop): number => learningRateOfStep(loop, loop.progress.step - 1);

/** `step`: 0-based, of the epoch under way. */
function learningRateOfStep(loop: Loop, step: number): number {
  const { config, execution } = loop.request;
  const perEpoch = stepsPerEpoch(loop);
  const rate = learningRateAt(loop.progress.epoch * perEpoch + step, { config, stepsPerEpoch: perEpoch });
  if (config.schedule !== 'plateau') return rate;
  return rate * plateauFactor(loop.history.map((record) => monitored(record, execution.checkpointMonitor)));
}
