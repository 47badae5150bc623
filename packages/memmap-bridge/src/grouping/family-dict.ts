import type { NpyArray } from '../npy/read.js';
import { extractPatches } from '../patches.js';
import type { GroupedData } from './grouped-data.js';

/** Grouped arrays under the names of the PtychoPINN family, channels last. */
export interface FamilyDict {
  /** float32 `[groups, N, N, C]`, as in the file. */
  readonly diffraction: NpyArray;
  /** The same, times sqrt((N/2)^2 / mean over groups and channels of sum A^2). */
  readonly X_full: NpyArray;
  /** int32 `[groups, C]`. */
  readonly nn_indices: NpyArray;
  /** float64 `[groups, 1, 2, C]`: x and y of each member. */
  readonly coords_nn: NpyArray;
  /** float64 `[groups, 1, 2, 1]`: x and y of each centre. */
  readonly coords_offsets: NpyArray;
  /** float64 `[groups, 1, 2, C]`: centre minus position, the family's sign. */
  readonly coords_relative: NpyArray;
  /** complex64 `[groups, N, N, C]`: truth patches at the true positions, where there is an object or the file has patches. */
  readonly Y?: NpyArray;
  /** complex64 `[H, W]`. */
  readonly objectGuess?: NpyArray;
}

/** Options of `toFamilyDict`. */
export interface FamilyDictOptions {
  /** Which groups; default all. */
  readonly groups?: ArrayLike<number> | undefined;
}

/** Gathers groups into the arrays that programs of the PtychoPINN family exchange. */
export async function toFamilyDict(grouped: GroupedData, options: FamilyDictOptions): Promise<FamilyDict> {
  const chosen = options.groups ? Int32Array.from(options.groups) : Int32Array.from({ length: grouped.groupCount }, (_, i) => i);
  const outside = chosen.find((group) => group < 0 || group >= grouped.groupCount);
  if (outside !== undefined) throw new RangeError(`expected groups in 0 … ${grouped.groupCount - 1}, got ${outside}`);
  const { frameSize: size, objectGuess } = grouped.raw;
  const members = membersOf(grouped, chosen);
  const frames = new Float32Array(members.length * size * size);
  await grouped.raw.frames.readFrames(members, frames);
  const imageShape = [chosen.length, size, size, grouped.channels];
  const diffraction = channelsLast(frames, { grouped, components: 1 });
  const patches = await truthPatches(grouped, members);
  return {
    diffraction: { type: 'float32', shape: imageShape, data: diffraction },
    X_full: { type: 'float32', shape: imageShape, data: normalised(diffraction, { size, images: members.length }) },
    nn_indices: { type: 'int32', shape: [chosen.length, grouped.channels], data: members },
    ...coordinates(grouped, chosen),
    ...(patches && { Y: { type: 'complex64', shape: imageShape, data: channelsLast(patches, { grouped, components: 2 }) } }),
    ...(objectGuess && { objectGuess: { type: 'complex64', shape: objectGuess.shape, data: objectGuess.data } }),
  };
}

function membersOf({ members, channels }: GroupedData, chosen: Int32Array): Int32Array {
  const result = new Int32Array(chosen.length * channels);
  chosen.forEach((group, i) => {
    result.set(members.subarray(group * channels, (group + 1) * channels), i * channels);
  });
  return result;
}

async function truthPatches(grouped: GroupedData, members: Int32Array): Promise<Float32Array | undefined> {
  const { truthPatches: source, objectGuess, xcoords, ycoords, frameSize: size } = grouped.raw;
  if (source !== undefined) {
    const patches = new Float32Array(2 * members.length * size * size);
    await source.readPatches(members, patches);
    return patches;
  }
  if (objectGuess === undefined) return undefined;
  const xs = Float64Array.from(members, (index) => xcoords[index] as number);
  const ys = Float64Array.from(members, (index) => ycoords[index] as number);
  return extractPatches(objectGuess, { xs, ys, size }).data;
}

/** `[groups, C, N, N]` to `[groups, N, N, C]`. */
function channelsLast(images: Float32Array, options: { grouped: GroupedData; components: 1 | 2 }): Float32Array {
  const { channels, raw } = options.grouped;
  const { components } = options;
  const pixels = raw.frameSize ** 2;
  const result = new Float32Array(images.length);
  for (let image = 0; image * pixels * components < images.length; image++) {
    const channel = image % channels;
    const base = (image - channel) * pixels;
    for (let p = 0; p < pixels; p++) {
      for (let part = 0; part < components; part++) {
        result[(base + p * channels + channel) * components + part] = images[(image * pixels + p) * components + part] as number;
      }
    }
  }
  return result;
}

function normalised(values: Float32Array, { size, images }: { size: number; images: number }): Float32Array {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  const scale = sum > 0 ? Math.sqrt(((size / 2) ** 2 * images) / sum) : 1;
  return values.map((value) => value * scale);
}

function coordinates(grouped: GroupedData, chosen: Int32Array): Pick<FamilyDict, 'coords_nn' | 'coords_offsets' | 'coords_relative'> {
  const { channels, centres, offsets, members, raw } = grouped;
  const positions = [raw.xcoords, raw.ycoords] as const;
  const absolute = new Float64Array(2 * chosen.length * channels);
  const relative = new Float64Array(absolute.length);
  const middle = new Float64Array(2 * chosen.length);
  chosen.forEach((group, g) => {
    for (const axis of [0, 1] as const) {
      middle[2 * g + axis] = centres[2 * group + axis] as number;
      for (let k = 0; k < channels; k++) {
        const member = group * channels + k;
        const at = (2 * g + axis) * channels + k;
        absolute[at] = positions[axis][members[member] as number] as number;
        relative[at] = -(offsets[2 * member + axis] as number);
      }
    }
  });
  const shape = [chosen.length, 1, 2, channels];
  return {
    coords_nn: { type: 'float64', shape, data: absolute },
    coords_offsets: { type: 'float64', shape: [chosen.length, 1, 2, 1], data: middle },
    coords_relative: { type: 'float64', shape, data: relative },
  };
}
