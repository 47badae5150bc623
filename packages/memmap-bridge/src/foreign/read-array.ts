import type { ComplexArray } from '@ptychokit/config';
import { Hdf5Error } from '../errors.js';
import type { Hdf5File } from '../hdf5/reader.js';
import { toComplex64, toFloat32, toFloat64, toInt32 } from '../npy/convert.js';
import type { NpyArray } from '../npy/read.js';
import { isFrameType } from './pixel-values.js';

/** Where the frames of a file are. */
export interface FoundFrames {
  readonly path: string;
  readonly rows: number;
  readonly shape: readonly [height: number, width: number];
}

/** The first of these paths that is a dataset. */
export function firstDataset(file: Hdf5File, paths: readonly string[]): string | undefined {
  return paths.find((path) => file.kind(path) === 'dataset');
}

/** A stack of frames, from its description alone. @throws Hdf5Error no stack of frames */
export function framesAt(file: Hdf5File, path: string): FoundFrames {
  const { shape, type } = file.describe(path);
  const [rows = 0, height = 0, width = 0] = shape;
  const where = `${file.path}#${path}`;
  if (!isFrameType(type)) throw new Hdf5Error(`Frames of type ${type ?? 'unknown'} are not read`, { where, fix: 'write them as numbers' });
  if (shape.length !== 3 || rows * height * width === 0)
    throw new Hdf5Error(`The frames have shape (${shape.join(', ')}) where (n, H, W) is read`, {
      where,
      fix: 'write one frame after the other',
    });
  return { path, rows, shape: [height, width] };
}

/** A small array of real numbers, without axes of length 1. */
export function realsAt(file: Hdf5File, path: string): { readonly shape: readonly number[]; readonly data: Float64Array } {
  const array = file.read(path);
  return { shape: array.shape.filter((side) => side !== 1), data: converted(file, path, () => toFloat64(array)) };
}

/** One number per frame. @throws Hdf5Error another number of them */
export function numbersAt(file: Hdf5File, path: string, count: number): Float64Array {
  const { shape, data } = realsAt(file, path);
  if (data.length !== count || shape.length > 1)
    throw new Hdf5Error(`The dataset has ${data.length} numbers for ${count} frames`, {
      where: `${file.path}#${path}`,
      fix: 'write one per frame',
    });
  return data;
}

/** Indices, `[n]`. */
export function integersAt(file: Hdf5File, path: string): Int32Array {
  const array = file.read(path);
  return converted(file, path, () => toInt32(array));
}

/** A number, from a dataset of one element; undefined where there is none. */
export function numberAt(file: Hdf5File, path: string): number | undefined {
  if (file.kind(path) !== 'dataset' || file.describe(path).type === 'str') return undefined;
  return realsAt(file, path).data[0];
}

/** An image of the size of the frames. */
export function imageAt(file: Hdf5File, path: string, shape: readonly [number, number]): NpyArray {
  const array = file.read(path);
  if (array.shape.length !== 2 || array.shape[0] !== shape[0] || array.shape[1] !== shape[1])
    throw new Hdf5Error(`The dataset has shape (${array.shape.join(', ')}) for frames of ${shape[0]} x ${shape[1]}`, {
      where: `${file.path}#${path}`,
    });
  return array;
}

/** The same as float32. */
export function floatImageAt(file: Hdf5File, path: string, shape: readonly [number, number]): Float32Array {
  const array = imageAt(file, path, shape);
  return converted(file, path, () => toFloat32(array));
}

/** A complex array; undefined where there is none. */
export function complexAt(file: Hdf5File, path: string): ComplexArray | undefined {
  if (file.kind(path) !== 'dataset') return undefined;
  const array = file.read(path);
  return converted(file, path, () => toComplex64(array));
}

/** A probe `[C, I, H, W]`, `[I, H, W]` or `[H, W]` as modes of one probe, `[H, W]` or `[I, H, W]`; of several OPR modes the first. */
export function firstProbe(probe: ComplexArray): { readonly array: ComplexArray; readonly notes: readonly string[] } {
  const { shape, data } = probe;
  const [height, width] = shape.slice(-2) as [number, number];
  const modes = shape.length < 3 ? 1 : (shape.at(-3) as number);
  const variations = shape.length < 4 ? 1 : (shape[0] as number);
  const array = { shape: modes === 1 ? [height, width] : [modes, height, width], data: data.slice(0, 2 * modes * height * width) };
  return { array, notes: variations > 1 ? [`probeGuess: the first of ${variations} OPR modes`] : [] };
}

/** An object `[L, H, W]` or `[H, W]` as one transmission `[H, W]`: the product of its layers. */
export function projectedObject(object: ComplexArray): { readonly array: ComplexArray; readonly notes: readonly string[] } {
  const [height, width] = object.shape.slice(-2) as [number, number];
  const layers = object.shape.length < 3 ? 1 : (object.shape[0] as number);
  const length = 2 * height * width;
  const data = object.data.slice(0, length);
  for (let layer = 1; layer < layers; layer++) {
    for (let i = 0; i < length; i += 2) {
      const [a, b] = [data[i] as number, data[i + 1] as number];
      const [c, d] = [object.data[layer * length + i] as number, object.data[layer * length + i + 1] as number];
      data[i] = a * c - b * d;
      data[i + 1] = a * d + b * c;
    }
  }
  return { array: { shape: [height, width], data }, notes: layers > 1 ? [`objectGuess: the product of ${layers} layers`] : [] };
}

function converted<T>(file: Hdf5File, path: string, convert: () => T): T {
  try {
    return convert();
  } catch (cause) {
    throw new Hdf5Error(`The dataset cannot be used: ${(cause as Error).message}`, { where: `${file.path}#${path}`, cause });
  }
}
