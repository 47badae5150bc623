import type { TrainingConfig } from '@ptychokit/config';

/** What a schedule depends on, in optimiser steps. */
export interface ScheduleOptions {
  readonly config: Pick<TrainingConfig, 'schedule' | 'learningRate' | 'nepochs' | 'warmupEpochs'>;
  readonly stepsPerEpoch: number;
}

/** Fraction of the peak that the cosine and the exponential schedule end at. */
const FLOOR = 0.01;

/** Epochs without improvement after which `plateau` halves the rate, and the improvement that counts. */
const PLATEAU = { patience: 2, factor: 0.5, threshold: 1e-4 } as const;

/**
 * Learning rate of optimiser step `step` (0-based), with a linear rise over the warm-up epochs.
 *
 * `constant`; `exponential` falls by the same factor each step to 1 % of the peak; `cosine` falls along half a cosine to 1 %
 * (Loshchilov and Hutter, ICLR 2017); `plateau` is `constant` here and reduced by {@link plateauFactor}.
 */
export function learningRateAt(step: number, { config, stepsPerEpoch }: ScheduleOptions): number {
  const { learningRate, schedule } = config;
  const warmup = config.warmupEpochs * stepsPerEpoch;
  if (step < warmup) return (learningRate * (step + 1)) / warmup;
  const progress = Math.min(1, (step - warmup) / Math.max(1, config.nepochs * stepsPerEpoch - warmup));
  switch (schedule) {
    case 'constant':
    case 'plateau':
      return learningRate;
    case 'exponential':
      return learningRate * FLOOR ** progress;
    case 'cosine':
      return learningRate * (FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}

/** What `plateau` multiplies the rate by after the epochs whose losses are given, oldest first. */
export function plateauFactor(losses: readonly number[]): number {
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;
  let factor = 1;
  for (const loss of losses) {
    if (loss < best - PLATEAU.threshold * Math.abs(best === Number.POSITIVE_INFINITY ? 0 : best)) {
      best = loss;
      waited = 0;
    } else if (++waited >= PLATEAU.patience) {
      factor *= PLATEAU.factor;
      waited = 0;
    }
  }
  return factor;
}
