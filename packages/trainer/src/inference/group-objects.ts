import type { GroupedData } from '@ptychokit/memmap-bridge';
import { type ComplexPair, mapPair, mergeValues, multiply, type PatchValues } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { type ModelInput, type ModelState, mergeOptions, networkPatches } from '../models/pinn.js';

/** Object patches of a batch ready to be stitched, `[K, N, N]`, and whether each belongs to a frame or to a group. */
export interface PlacedObjects extends PatchValues {
  readonly place: 'frame' | 'group';
}

/** The patches of one batch; reads what the engine computes, in the scope it is called in. */
export type GroupObjects = (input: ModelInput) => PlacedObjects;

/**
 * What the network says about the object: the patch of each frame, or the common patch of each group, whose central N x N pixels
 * count. What lies outside them is not stitched, so it is not merged either.
 *
 * @param options `correction` `[N, N]`: factor that takes patches of the model's probe to those of another; what belongs to a group needs none
 */
export function groupObjects(state: ModelState, { correction }: { readonly correction?: ComplexPair | undefined } = {}): GroupObjects {
  const { gridsize, objectMode } = state.context.model.config.model;
  if (gridsize > 1 && objectMode === 'merged') return mergedObjects(state);
  if (gridsize > 1 && objectMode === 'single') return (input) => ({ ...valuesOf(framePatches(input, state)), place: 'group' });
  return (input) => {
    const patches = framePatches(input, state);
    return { ...valuesOf(correction === undefined ? patches : multiply(patches, correction)), place: 'frame' };
  };
}

function mergedObjects(state: ModelState): GroupObjects {
  const options = tf.tidy(() => {
    const { weights, divisorOffset } = mergeOptions(state);
    return { weights: weights.dataSync<'float32'>(), divisorOffset };
  });
  return ({ frames, offsets }) => {
    const patches = valuesOf(networkPatches(frames, state.weights, state.context));
    return { ...mergeValues(patches, { offsets, channels: frames.shape[1], ...options }), place: 'group' };
  };
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
