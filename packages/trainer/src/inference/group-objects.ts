import type { GroupedData } from '@ptychokit/memmap-bridge';
import { type ComplexPair, mapPair, mergeValues, multiply, type PatchValues } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { type ModelInput, type ModelState, mergeOptions, networkPatches } from '../models/pinn.js';

/** Object patches of a batch ready to be stitched, `[K, N, N]`, and whether each belongs to a frame or to a group. */
export interface PlacedObjects extends PatchValues {
  readonly place: 'frame' | 'group';
}

/** What the patches of a batch are made with, the same for all batches. */
export interface PatchMaking {
  /** `[N, N]`: factor that takes patches of the model's probe to those of another; what is merged needs none. */
  readonly correction?: ComplexPair | undefined;
  /** From {@link mergingOf}; absent where nothing is merged. */
  readonly merging?: Merging | undefined;
}

/** How the patches of a group are merged. */
export interface Merging {
  /** `[N * N]` */
  readonly weights: Float32Array;
  readonly divisorOffset: number;
}

/** How this model merges the patches of a group; undefined where it does not. */
export function mergingOf(state: ModelState): Merging | undefined {
  const { gridsize, objectMode } = state.context.model.config.model;
  if (gridsize === 1 || objectMode !== 'merged') return undefined;
  return tf.tidy(() => {
    const { weights, divisorOffset } = mergeOptions(state);
    return { weights: weights.dataSync<'float32'>(), divisorOffset };
  });
}

/**
 * What the network says about the object: the patch of each frame, or the common patch of each group, whose central N x N pixels
 * count. What lies outside them is not stitched, so it is not merged either.
 */
export function groupObjects(input: ModelInput, state: ModelState, { correction, merging }: PatchMaking): PlacedObjects {
  if (merging !== undefined) {
    const channels = input.frames.shape[1];
    return {
      ...mergeValues(valuesOf(networkPatches(input.frames, state.weights, state.context)), { ...input, channels, ...merging }),
      place: 'group',
    };
  }
  const patches = framePatches(input, state);
  const { gridsize, objectMode } = state.context.model.config.model;
  const place = gridsize > 1 && objectMode === 'single' ? 'group' : 'frame';
  return { ...valuesOf(correction === undefined || place === 'group' ? patches : multiply(patches, correction)), place };
}

/** The patches as the network gives them, `[K, N, N]`, each for itself. */
export function framePatches({ frames }: Pick<ModelInput, 'frames'>, state: ModelState): ComplexPair {
  const { N } = state.context.model.config.model;
  return mapPair(networkPatches(frames, state.weights, state.context), (part) => tf.reshape(part, [-1, N, N]));
}

const valuesOf = ({ re, im }: ComplexPair): PatchValues => ({ re: re.dataSync<'float32'>(), im: im.dataSync<'float32'>() });

/** Scan coordinates of the frames of some groups, frame after frame. */
export function framePositions(
  groups: Int32Array,
  { members, channels, raw }: GroupedData,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const indices = Array.from(groups).flatMap((group) => Array.from(members.subarray(group * channels, (group + 1) * channels)));
  const pick = (all: Float64Array): Float64Array => Float64Array.from(indices, (index) => all[index] as number);
  return { x: pick(raw.xcoords), y: pick(raw.ycoords) };
}
