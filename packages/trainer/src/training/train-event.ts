import type { LossWeights } from '../models/loss-weights.js';

/** Numbers of one epoch. */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  readonly trainLoss: number;
  /** Null without validation groups. */
  readonly valLoss: number | null;
  /** At the end of the epoch. */
  readonly learningRate: number;
  readonly seconds: number;
  readonly patternsPerSecond: number;
}

/** Why training ended. */
export type EndReason = 'completed' | 'early-stop' | 'interrupted';

/** What a training run tells while it runs. */
export type TrainEvent =
  | {
      readonly type: 'start';
      readonly epochs: number;
      readonly stepsPerEpoch: number;
      /** Number of trained scalars. */
      readonly parameters: number;
      readonly groups: number;
      readonly validationGroups: number;
      readonly patternsPerEpoch: number;
      /** What compares with the diffraction; null for a supervised network, which sees the true patches alone. */
      readonly loss: LossWeights | null;
      /** Finished epochs that a checkpoint brought along; null for a fresh start. */
      readonly resumedFromEpoch: number | null;
      /** Finished steps of the epoch under way that came along; null for a fresh start. */
      readonly resumedFromStep: number | null;
    }
  | {
      readonly type: 'step';
      readonly epoch: number;
      /** 1-based, within the epoch. */
      readonly step: number;
      readonly stepsPerEpoch: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly patternsPerSecond: number;
    }
  | ({ readonly type: 'epoch' /** Best value of the monitored loss so far. */; readonly best: boolean } & EpochRecord)
  | { readonly type: 'checkpoint'; readonly path: string; readonly epoch: number }
  | { readonly type: 'end'; readonly reason: EndReason };
