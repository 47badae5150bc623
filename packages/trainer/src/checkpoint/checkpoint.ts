import type { TrainingConfig } from '@ptychokit/config';
import type { OptimiserState } from '../optimiser/adam.js';
import type { Scales } from '../scales.js';
import type { EpochRecord } from '../training/train-event.js';
import type { DataDigests } from './data-digest.js';

/** Where a run stands between two optimiser steps. */
export interface Progress {
  /** Finished epochs. */
  readonly epoch: number;
  /** Finished optimiser steps of the epoch under way. */
  readonly step: number;
  /** Sum of the losses of the groups in those steps, and the number of groups. */
  readonly lossSum: number;
  readonly lossCount: number;
}

/** Everything a run needs to go on as if it had never stopped; shuffling and splits follow from the seed and the position. */
export interface Checkpoint {
  readonly config: TrainingConfig;
  readonly scales: Scales;
  /** What the data was: permuted frames, another test scan or other groups have other digests, and are noticed. */
  readonly data: DataDigests;
  readonly progress: Progress;
  readonly history: readonly EpochRecord[];
  readonly optimiser: OptimiserState;
  /** Parameters after the best epoch so far. */
  readonly bestValues: ReadonlyMap<string, Float32Array> | null;
}

/** Settings that say where files are, not what is computed; they may change between runs. */
const PLACES: readonly string[] = ['trainDataFile', 'testDataFile', 'outputDir', 'debug'];

/** What makes a run the same run. */
export type RunIdentity = Pick<Checkpoint, 'config' | 'scales' | 'data'>;

/**
 * Names of what differs between two runs: settings, parts of the data, or, where only numbers derived from it do, `training data`.
 * Groups follow from the settings, so that only other settings are named where both differ.
 */
export function differences(a: RunIdentity, b: RunIdentity): string[] {
  const settings = differingFields(a.config, b.config);
  const parts = differingFields(a.data, b.data).filter((name) => settings.length === 0 || !name.endsWith(' groups'));
  const scales = parts.length > 0 ? [] : differingFields(a.scales, b.scales).map(() => 'training data');
  return [...new Set([...settings, ...parts, ...scales])];
}

/** Dotted names of the settings in which two configurations differ. */
export function differingFields(a: unknown, b: unknown, prefix = ''): string[] {
  if (!isRecord(a) || !isRecord(b)) return JSON.stringify(a) === JSON.stringify(b) ? [] : [prefix];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => prefix !== '' || !PLACES.includes(key));
  return keys.flatMap((key) => differingFields(a[key], b[key], prefix === '' ? key : `${prefix}.${key}`));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
