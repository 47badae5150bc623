import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { DataFileError, Hdf5Error } from '../errors.js';
import { Hdf5File } from '../hdf5/reader.js';
import type { Hdf5Attribute } from '../hdf5/values.js';
import type { PixelSize } from './geometry.js';
import { complexAt, firstProbe, framesAt, numbersAt, projectedObject } from './read-array.js';
import type { ScanParts } from './scan-parts.js';

const FRAMES = '/dp';

/** The half of a pair that a file is. */
export type PairRole = 'dp' | 'para';

/** Which half of a PtychoShelves or pty-chi pair a file is, by what it holds. */
export function pairRole(file: Hdf5File): PairRole | undefined {
  if (file.kind(FRAMES) === 'dataset') return 'dp';
  return positionPaths(file) === undefined ? undefined : 'para';
}

/**
 * What a pair `…_dp.hdf5`, `…_para.hdf5` holds; either half finds the other by its name.
 *
 * @param opened the other file is added
 */
export async function readPair(file: Hdf5File, opened: Hdf5File[]): Promise<ScanParts> {
  const role = pairRole(file) as PairRole;
  const mate = await openMate(file, role);
  opened.push(mate);
  const [frames, para] = role === 'dp' ? [file, mate] : [mate, file];
  const { rows, shape } = framesAt(frames, FRAMES);
  const paths = positionPaths(para);
  if (paths === undefined) throw new Hdf5Error('The file has no positions (ppX and ppY)', { where: para.path });
  const probe = complexAt(para, '/probe');
  const found = probe === undefined ? undefined : firstProbe(probe);
  const object = complexAt(para, '/object');
  const projected = object === undefined ? undefined : projectedObject(object);
  const attributes = para.attributes('/object');
  const objectPixel = object === undefined ? undefined : pixelOf(attributes);
  return {
    format: 'PtychoShelves',
    path: file.path,
    datasets: [{ file: frames, path: FRAMES, rows }],
    order: Int32Array.from({ length: rows }, (_, row) => row),
    frameShape: shape,
    values: 'counts',
    x_m: numbersAt(para, paths.x, rows),
    y_m: numbersAt(para, paths.y, rows),
    geometry: { objectPixel },
    probe: found?.array,
    object: projected &&
      objectPixel && { array: projected.array, centreX_m: number(attributes.center_x_m), centreY_m: number(attributes.center_y_m) },
    metadata: {},
    notes: [`positions: from ${paths.x} and ${paths.y} of ${basename(para.path)}`, ...(found?.notes ?? []), ...(projected?.notes ?? [])],
  };
}

function positionPaths(file: Hdf5File): { readonly x: string; readonly y: string } | undefined {
  const pairs = [
    { x: '/ppX', y: '/ppY' },
    { x: '/probe_position_x_m', y: '/probe_position_y_m' },
  ];
  return pairs.find(({ x, y }) => file.kind(x) === 'dataset' && file.kind(y) === 'dataset');
}

async function openMate(file: Hdf5File, role: PairRole): Promise<Hdf5File> {
  const other = role === 'dp' ? 'para' : 'dp';
  const match = new RegExp(`^(.*)_${role}(\\.[^.]+)$`, 's').exec(file.path);
  const named = match === null ? [] : [match[2] as string, '.hdf5', '.h5'].map((ending) => `${match[1]}_${other}${ending}`);
  const path = named.find((candidate) => existsSync(candidate));
  if (path !== undefined) return Hdf5File.open(path);
  const what = other === 'para' ? 'positions' : 'frames';
  throw new DataFileError(`The ${what} of this scan are in another file, which is not there`, {
    path: file.path,
    fix: named.length > 0 ? `put ${named[0]} beside it` : `name the files <scan>_dp.hdf5 and <scan>_para.hdf5`,
  });
}

function pixelOf(attributes: Readonly<Record<string, Hdf5Attribute>>): PixelSize | undefined {
  const [width, height] = [number(attributes.pixel_width_m), number(attributes.pixel_height_m)];
  const [w, h] = [width > 0 ? width : height, height > 0 ? height : width];
  return w > 0 ? { width: w, height: h } : undefined;
}

const number = (value: Hdf5Attribute | undefined): number => (typeof value === 'number' ? value : 0);
