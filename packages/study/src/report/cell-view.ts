import { join } from 'node:path';
import { type CellPlanes, cellPlanes } from '../compare/cell-images.js';
import { type CellObjects, OBJECTS_NAME, readCellObjects } from '../compare/cell-objects.js';
import { digestFile } from '../file-digest.js';
import type { ComparedCell } from '../manifests/comparison-manifest.js';
import { ManifestError } from '../manifests/manifest-error.js';
import { blockMean, type Raster } from './figures/block-mean.js';

/** Pixels inside the regions of all cells that a page carries; more are averaged in blocks. */
const PIXEL_BUDGET = 900_000;

/** Images of a cell, or why there are none. */
export type CellView =
  | (CellPlanes & { readonly reason: null /** Object pixels along the edge of an image pixel. */; readonly binning: number })
  | { readonly reason: string };

/** The block size by which all images of a comparison fit into a page. */
export function binningOf(cells: readonly ComparedCell[]): number {
  const pixels = cells.reduce((sum, { result }) => sum + (result.region?.pixels ?? 0), 0);
  return Math.max(1, Math.ceil(Math.sqrt(pixels / PIXEL_BUDGET)));
}

/**
 * The images of a cell from the objects that were scored.
 *
 * @throws ManifestError the file of the objects is not the one that the comparison vouches for
 */
export async function cellView(root: string, cell: ComparedCell, binning: number): Promise<CellView> {
  const { result, directory } = cell;
  if (result.status !== 'completed') return { reason: result.error ?? 'the cell could not be compared' };
  const claimed = result.artifacts[OBJECTS_NAME];
  if (claimed === undefined) return { reason: 'the comparison kept no objects: repeat ptychokit compare' };
  const path = join(root, directory, OBJECTS_NAME);
  const found = await digestFile(path).catch(() => undefined);
  if (found?.sha256 !== claimed.sha256) {
    const what = found === undefined ? 'The objects of a cell are missing' : 'The objects of a cell are not those that were scored';
    throw new ManifestError(what, { path, reason: 'edited', fix: 'repeat ptychokit compare' });
  }
  const planes = cellPlanes(binned(await readCellObjects(join(root, directory)), binning));
  return planes === null ? { reason: 'the scored region is empty' } : { ...planes, reason: null, binning };
}

function binned({ truth, region, aligned }: CellObjects, binning: number): CellObjects {
  const image = ({ shape, data }: CellObjects['truth']): Raster =>
    blockMean({ data: Float32Array.from(data), channels: 2, shape: shape as [number, number], region: region.mask }, binning);
  const whole = image(truth);
  return {
    truth: whole,
    region: { shape: whole.shape, mask: whole.region ?? region.mask },
    aligned: Object.fromEntries(Object.entries(aligned).map(([name, one]) => [name, image(one)])),
  };
}
