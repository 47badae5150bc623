import { Hdf5Error, UnsupportedFormatError } from '../errors.js';
import { Hdf5File } from '../hdf5/reader.js';
import type { PtychodusProduct } from '../ptychodus/product.js';
import { productIn } from '../ptychodus/read-product.js';
import type { FrameDataset } from './hdf5-frame-source.js';
import type { ScanHints } from './hints.js';
import { firstDataset, firstProbe, framesAt, imageAt, integersAt, projectedObject } from './read-array.js';
import type { ScanParts } from './scan-parts.js';

const RAW_DATA = '/raw_data/diffraction';

/** Where programs of the field keep frames, when they are asked for by name of the file alone. */
const FRAME_PATHS = [
  '/patterns',
  '/dp',
  '/entry_1/data_1/data',
  '/entry_1/instrument_1/detector_1/data',
  '/exchange/data',
  '/entry/data/data',
  '/entry/data/eiger_4',
];

/** Frames of a product, and the row of each frame's index. */
interface ProductFrames {
  readonly dataset: FrameDataset;
  readonly shape: readonly [number, number];
  readonly values: ScanParts['values'];
  readonly rowOf: ReadonlyMap<number, number>;
  readonly badPixels?: Uint8Array | undefined;
}

/**
 * A ptychodus product and its frames, which are in its group `raw_data` or in a file of their own. Frames and positions are matched by
 * index.
 *
 * @param opened the file of the frames is added
 */
export async function readProductScan(file: Hdf5File, hints: ScanHints, opened: Hdf5File[]): Promise<ScanParts> {
  const product = productIn(file);
  const frames = await productFrames(file, hints, opened);
  const matched = match(product, frames, file);
  const probe = firstProbe(product.probe.array);
  const object = projectedObject(product.object.array);
  const pixel = { width: product.object.pixelWidth_m, height: product.object.pixelHeight_m };
  return {
    format: 'ptychodus product',
    path: file.path,
    datasets: [frames.dataset],
    frameShape: frames.shape,
    values: frames.values,
    ...matched,
    geometry: {
      energy_eV: product.probeEnergy_eV,
      distance_m: product.detectorObjectDistance_m,
      objectPixel: pixel,
    },
    badPixels: frames.badPixels,
    probe: probe.array,
    object: { array: object.array, centreX_m: product.object.centerX_m, centreY_m: product.object.centerY_m },
    metadata: productMetadata(product),
    notes: [...matched.notes, ...probe.notes, ...object.notes],
  };
}

/** What a product says of itself. */
export function productMetadata(product: PtychodusProduct): Readonly<Record<string, string | number>> {
  const { name, comments } = product;
  return { ...(name ? { name } : {}), ...(comments ? { comments } : {}), losses: product.loss.values.length };
}

async function productFrames(file: Hdf5File, hints: ScanHints, opened: Hdf5File[]): Promise<ProductFrames> {
  if (hints.diffraction === undefined && file.kind(RAW_DATA) === 'dataset') {
    const { rows, shape } = framesAt(file, RAW_DATA);
    return { dataset: { file, path: RAW_DATA, rows }, shape, values: 'amplitude', rowOf: inOrder(rows) };
  }
  if (hints.diffraction === undefined)
    throw new UnsupportedFormatError('A ptychodus product has positions, probe and object, but no frames', {
      format: 'ptychodus product',
      where: file.path,
      fix: 'name the file with its frames: --diffraction <file>',
    });
  const source = await Hdf5File.open(hints.diffraction);
  opened.push(source);
  const path = firstDataset(source, FRAME_PATHS);
  if (path === undefined)
    throw new Hdf5Error('The file has no frames', { where: source.path, fix: `give one with a dataset ${FRAME_PATHS.join(', ')}` });
  const { rows, shape } = framesAt(source, path);
  const indexes = path === '/patterns' && source.kind('/indexes') === 'dataset' ? integersAt(source, '/indexes') : undefined;
  const badPixels =
    path === '/patterns' && source.kind('/bad_pixels') === 'dataset'
      ? Uint8Array.from(imageAt(source, '/bad_pixels', shape).data as ArrayLike<number>, (value) => (value === 0 ? 0 : 1))
      : undefined;
  const rowOf = indexes === undefined ? inOrder(rows) : new Map([...indexes].map((index, row) => [index, row]));
  return { dataset: { file: source, path, rows }, shape, values: 'counts', rowOf, badPixels };
}

const inOrder = (rows: number): ReadonlyMap<number, number> => new Map(Array.from({ length: rows }, (_, row) => [row, row]));

/** Positions whose frame is there; a product may have fewer, or in another order. */
function match(product: PtychodusProduct, frames: ProductFrames, file: Hdf5File): Pick<ScanParts, 'order' | 'x_m' | 'y_m' | 'notes'> {
  const { indexes, x_m, y_m } = product.positions;
  const kept = [...indexes.keys()].filter((k) => frames.rowOf.has(indexes[k] as number));
  if (kept.length === 0) throw new Hdf5Error('No position of the product belongs to one of the frames', { where: file.path });
  const notes: string[] = [];
  if (kept.length < indexes.length) notes.push(`${indexes.length - kept.length} positions left out: their frames are not there`);
  if (kept.length < frames.dataset.rows) notes.push(`${frames.dataset.rows - kept.length} frames left out: they have no position`);
  const pick = (all: Float64Array): Float64Array => Float64Array.from(kept, (k) => all[k] as number);
  return { order: Int32Array.from(kept, (k) => frames.rowOf.get(indexes[k] as number) as number), x_m: pick(x_m), y_m: pick(y_m), notes };
}
