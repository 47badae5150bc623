import { join } from 'node:path';
import { type NpyValue, NpzFile, writeNpz } from '@ptychokit/memmap-bridge';
import type { ComplexImage, Region } from '@ptychokit/metrics';
import { METHODS } from './method-inputs.js';

/** File of the objects of a cell, below its directory. */
export const OBJECTS_NAME = 'aligned_objects.npz';

/** The objects of a cell as they were scored. */
export interface CellObjects {
  readonly truth: ComplexImage;
  readonly region: Region;
  /** Objects laid over the truth, by method. */
  readonly aligned: Readonly<Record<string, ComplexImage>>;
}

/**
 * Writes the objects of a cell, deflated: `truth` and one array for each method, complex64 `[H, W]`, all on the grid of the truth, and
 * `region` uint8 `[H, W]`, 1 where pixels are scored.
 *
 * @throws DataFileError it cannot be written; nothing half-written is left
 */
export async function writeCellObjects(dir: string, { truth, region, aligned }: CellObjects): Promise<string> {
  const arrays: Record<string, NpyValue> = { truth: single(truth), region: { type: 'uint8', shape: [...truth.shape], data: region.mask } };
  for (const [name, image] of Object.entries(aligned)) arrays[name] = single(image);
  await writeNpz(join(dir, OBJECTS_NAME), arrays, { deflate: true });
  return OBJECTS_NAME;
}

/**
 * Reads what `writeCellObjects` wrote.
 *
 * @throws DataFileError it cannot be read
 */
export async function readCellObjects(dir: string): Promise<CellObjects> {
  await using file = await NpzFile.open(join(dir, OBJECTS_NAME));
  const image = async (name: string): Promise<ComplexImage> => {
    const { shape, data } = await file.read(name);
    return { shape, data: data as Float32Array };
  };
  const mask = (await file.read('region')).data as Uint8Array;
  const truth = await image('truth');
  const aligned: Record<string, ComplexImage> = {};
  for (const method of METHODS) if (file.names.includes(method)) aligned[method] = await image(method);
  return { truth, region: { shape: truth.shape, mask }, aligned };
}

const single = ({ shape, data }: ComplexImage): NpyValue => ({ type: 'complex64', shape: [...shape], data: Float32Array.from(data) });
