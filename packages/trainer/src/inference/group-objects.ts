import type { GroupedData } from '@ptychokit/memmap-bridge';
import { type ComplexPair, mapPair, mergeGroups } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { type ModelInput, type ModelState, mergeOptions, networkPatches } from '../models/pinn.js';

/** Object patches of a batch ready to be stitched, `[K, N, N]`, and whether each belongs to a frame or to a group. */
export interface PlacedObjects {
  readonly patches: ComplexPair;
  readonly place: 'frame' | 'group';
  /** `[K, N, N]`: fraction of its full value that each pixel holds after a merge; absent where it is 1. */
  readonly coverage?: tf.Tensor;
}

/**
 * What the network says about the object: the patch of each frame, or the common patch of each group, whose central N x N pixels
 * count.
 */
export function groupObjects(input: ModelInput, state: ModelState): PlacedObjects {
  const { model } = state.context;
  const { N, gridsize, objectMode } = model.config.model;
  const network = networkPatches(input.frames, state.weights, state.context);
  if (gridsize === 1 || objectMode !== 'merged') {
    const patches = mapPair(network, (part) => tf.reshape(part, [-1, N, N]));
    return { patches, place: gridsize > 1 && objectMode === 'single' ? 'group' : 'frame' };
  }
  // What lies outside the central N x N of the common region is not stitched, so it is not merged either.
  const { object, coverage } = mergeGroups(network, { offsets: input.offsets, ...mergeOptions(state), size: N });
  return { patches: object, place: 'group', coverage };
}

/** Scan coordinates of the frames of some groups, frame after frame. */
export function framePositions(
  groups: Int32Array,
  { members, channels, raw }: GroupedData,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const indices = Array.from(groups).flatMap((group) => Array.from(members.subarray(group * channels, (group + 1) * channels)));
  const pick = (all: Float64Array): Float64Array => Float64Array.from(indices, (index) => all[index] as number);
  return { x: pick(raw.xcoords), y: pick(raw.ycoords) };
}
