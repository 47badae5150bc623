import { basename, dirname, join } from 'node:path';
import { DataFileError, Hdf5Error, PickledArrayError } from '../errors.js';
import { Hdf5File } from '../hdf5/reader.js';
import type { FrameDataset } from './hdf5-frame-source.js';
import { framesAt, integersAt, numberAt, realsAt } from './read-array.js';
import type { ScanParts } from './scan-parts.js';

/** True for files of ptypy's format. */
export function isPtyd(file: Hdf5File): boolean {
  return file.kind('/chunks') === 'group' && file.kind('/meta') === 'group';
}

/** One chunk of frames. */
interface Chunk {
  readonly dataset: FrameDataset;
  readonly shape: readonly [number, number];
  /** `(y, x)` of each frame. */
  readonly positions: Float64Array;
  readonly indices: Int32Array;
}

/**
 * What a `.ptyd` file holds. Only `meta` and `chunks` count; `info` is documentation.
 *
 * @param opened files of chunks that lie elsewhere are added
 */
export async function readPtyd(file: Hdf5File, opened: Hdf5File[]): Promise<ScanParts> {
  const names = file.keys('/chunks').filter((name) => /^\d+$/.test(name));
  if (names.length === 0) throw new Hdf5Error('The file has no chunk of frames', { where: `${file.path}#/chunks` });
  const chunks: Chunk[] = [];
  for (const name of names.sort((a, b) => Number(a) - Number(b))) chunks.push(await readChunk(file, name, opened));
  const shape = commonShape(chunks, file);
  const { order, x_m, y_m } = inOrder(chunks);
  const [pixelHeight_m, pixelWidth_m] = pair(file, '/meta/psize');
  const [row, column] = pair(file, '/meta/center');
  const energy_keV = numberAt(file, '/meta/energy');
  const label = file.kind('/meta/label') === 'dataset' ? file.read('/meta/label').data[0] : undefined;
  return {
    format: 'ptypy ptyd',
    path: file.path,
    datasets: chunks.map(({ dataset }) => dataset),
    order,
    frameShape: shape,
    values: 'counts',
    x_m,
    y_m,
    geometry: {
      energy_eV: energy_keV === undefined ? undefined : 1000 * energy_keV,
      distance_m: numberAt(file, '/meta/distance'),
      pixelWidth_m,
      pixelHeight_m,
    },
    beam: row === undefined || column === undefined ? undefined : { row, column },
    metadata: typeof label === 'string' ? { label } : {},
    notes: [],
  };
}

async function readChunk(file: Hdf5File, name: string, opened: Hdf5File[]): Promise<Chunk> {
  const { source, path } = await chunkSource(file, `/chunks/${name}`, opened);
  const where = `${source.path}#${path}`;
  for (const key of ['data', 'positions', 'indices', 'weights']) {
    if (source.attributes(`${path}/${key}`).type === 'pickle')
      throw new PickledArrayError(`${key} is pickled: it is code, and is never executed`, { where, fix: 'write it as an array' });
  }
  const { rows, shape } = framesAt(source, `${path}/data`);
  const weights = source.kind(`${path}/weights`) === 'dataset' ? `${path}/weights` : undefined;
  if (weights !== undefined && source.describe(weights).shape.join() !== [rows, ...shape].join())
    throw new Hdf5Error('The weights have another shape than the frames', { where });
  const positions = realsAt(source, `${path}/positions`).data;
  const indices = source.kind(`${path}/indices`) === 'dataset' ? integersAt(source, `${path}/indices`) : undefined;
  if (positions.length !== 2 * rows || (indices?.length ?? rows) !== rows)
    throw new Hdf5Error(`There are ${positions.length / 2} positions and ${indices?.length} indices for ${rows} frames`, { where });
  const dataset = { file: source, path: `${path}/data`, rows, weights };
  return { dataset, shape, positions, indices: indices ?? Int32Array.from({ length: rows }, (_, i) => i) };
}

/** A chunk may lie in a part file beside this one; where the link names another folder, the part is looked for here too. */
async function chunkSource(
  file: Hdf5File,
  path: string,
  opened: Hdf5File[],
): Promise<{ readonly source: Hdf5File; readonly path: string }> {
  if (file.kind(path) === 'group') return { source: file, path };
  const link = file.externalLink(path);
  if (link === undefined) throw new Hdf5Error('The chunk is no group', { where: `${file.path}#${path}` });
  const beside = join(dirname(file.path), basename(link.file));
  const source = await Hdf5File.open(beside).catch((cause: unknown) => {
    throw new DataFileError(`A part of the scan cannot be opened: ${basename(link.file)}`, {
      path: file.path,
      where: `${file.path}#${path}`,
      fix: 'put the part files beside the scan file',
      cause,
    });
  });
  opened.push(source);
  return { source, path: link.path.replace(/\/$/, '') };
}

function commonShape(chunks: readonly Chunk[], file: Hdf5File): readonly [number, number] {
  const { shape } = chunks[0] as Chunk;
  if (chunks.some((chunk) => chunk.shape.join() !== shape.join()))
    throw new Hdf5Error('The chunks hold frames of different sizes', { where: `${file.path}#/chunks` });
  return shape;
}

/** Frames by their indices; equal indices stay in the order of the file. */
function inOrder(chunks: readonly Chunk[]): { readonly order: Int32Array; readonly x_m: Float64Array; readonly y_m: Float64Array } {
  const indices = chunks.flatMap((chunk) => [...chunk.indices]);
  const positions = Float64Array.from(chunks.flatMap((chunk) => [...chunk.positions]));
  const order = Int32Array.from(indices, (_, row) => row).sort((a, b) => (indices[a] as number) - (indices[b] as number) || a - b);
  const pick = (axis: number): Float64Array => Float64Array.from(order, (row) => positions[2 * row + axis] as number);
  return { order, x_m: pick(1), y_m: pick(0) };
}

/** `(row, column)`; one number stands for both. */
function pair(file: Hdf5File, path: string): readonly [number | undefined, number | undefined] {
  if (file.kind(path) !== 'dataset') return [undefined, undefined];
  const { data } = realsAt(file, path);
  return [data[0], data[1] ?? data[0]];
}
