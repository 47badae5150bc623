import type { ModelConfig, TrainingConfig } from '@ptychokit/config';

/** What grouping needs to know, whichever configuration it comes from. */
export interface GroupingOptions {
  /** Groups have `gridsize ** 2` members. */
  readonly gridsize: number;
  /** How many nearest other images the members of a group are drawn from (K). */
  readonly neighborCount: number;
  /** Which images make a group; default `neighbours`. `blocks` ignores images further away than the neighbours. */
  readonly groupLayout?: ModelConfig['groupLayout'];
  /** Groups wanted; null: one for every image, or every block. */
  readonly nGroups: number | null;
  /** Images to choose before grouping; null: all. */
  readonly nSubsample: number | null;
  /** Seed of that choice; null: `seed`. */
  readonly subsampleSeed: number | null;
  /** Take the first images in file order instead of a random choice. */
  readonly sequentialSampling: boolean;
  readonly seed: number;
}

/** The grouping part of a configuration. */
export function groupingOptions(config: TrainingConfig): GroupingOptions {
  const { nGroups, nSubsample, subsampleSeed, neighborCount, sequentialSampling, seed } = config;
  const { gridsize, groupLayout } = config.model;
  return { gridsize, groupLayout, nGroups, nSubsample, subsampleSeed, neighborCount, sequentialSampling, seed };
}
