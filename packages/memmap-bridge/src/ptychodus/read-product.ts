import { Hdf5Error } from '../errors.js';
import { Hdf5File } from '../hdf5/reader.js';
import type { Hdf5Attribute } from '../hdf5/values.js';
import { toComplex64, toFloat64, toInt32 } from '../npy/convert.js';
import type { NpyArray } from '../npy/read.js';
import { type PtychodusProduct, withAxes } from './product.js';

/**
 * Reads a ptychodus product. Older spellings are read too: `costs` for `loss_values`, weights of the OPR modes as an attribute of the probe
 * or as a dataset, probes of two or three axes, an object of two.
 *
 * @throws DataFileError a path that cannot be read
 * @throws Hdf5Error no product, or a damaged one
 */
export async function readPtychodusProduct(path: string): Promise<PtychodusProduct> {
  const file = await Hdf5File.open(path);
  try {
    return productIn(file);
  } finally {
    await file.close();
  }
}

/** The product in an open file. */
export function productIn(file: Hdf5File): PtychodusProduct {
  const root = file.attributes('/');
  return {
    name: text(root.name),
    comments: text(root.comments),
    detectorObjectDistance_m: number(root.detector_object_distance_m),
    probeEnergy_eV: number(root.probe_energy_eV),
    exposureTime_s: number(root.exposure_time_s),
    probePhotonCount: number(root.probe_photon_count),
    massAttenuation_m2_kg: number(root.mass_attenuation_m2_kg),
    tomographyAngle_deg: number(root.tomography_angle_deg),
    positions: readPositions(file),
    probe: readProbe(file),
    object: readObject(file),
    loss: readLoss(file),
  };
}

/** True where a file has what only a product has. */
export function isProduct(file: Hdf5File): boolean {
  return ['/probe_position_indexes', '/probe_position_x_m', '/probe_position_y_m', '/probe', '/object'].every(
    (path) => file.kind(path) === 'dataset',
  );
}

function readPositions(file: Hdf5File): PtychodusProduct['positions'] {
  const indexes = read(file, '/probe_position_indexes', toInt32);
  const x_m = read(file, '/probe_position_x_m', toFloat64);
  const y_m = read(file, '/probe_position_y_m', toFloat64);
  if (x_m.length !== indexes.length || y_m.length !== indexes.length)
    throw new Hdf5Error(`The product has ${indexes.length} indexes, ${x_m.length} x and ${y_m.length} y positions`, {
      where: file.path,
      fix: 'write the product again with one of each per frame',
    });
  return { indexes, x_m, y_m };
}

function readProbe(file: Hdf5File): PtychodusProduct['probe'] {
  const array = readComplex(file, '/probe', { fewest: 2, most: 4 });
  const attributes = file.attributes('/probe');
  return {
    array: { ...array, shape: withAxes(array.shape, 4) },
    pixelWidth_m: pixel(file, '/probe', attributes.pixel_width_m),
    pixelHeight_m: pixel(file, '/probe', attributes.pixel_height_m),
    oprWeights: readWeights(file, array.shape),
  };
}

function readWeights(file: Hdf5File, probeShape: readonly number[]): PtychodusProduct['probe']['oprWeights'] {
  const attribute = file.attributes('/probe').opr_weights;
  if (ArrayBuffer.isView(attribute)) {
    const modes = withAxes(probeShape, 4)[0] as number;
    return { shape: [attribute.length / modes, modes], data: Float64Array.from(attribute) };
  }
  if (file.kind('/opr_weights') !== 'dataset') return undefined;
  const { shape } = file.describe('/opr_weights');
  return { shape, data: read(file, '/opr_weights', toFloat64) };
}

function readObject(file: Hdf5File): PtychodusProduct['object'] {
  const array = readComplex(file, '/object', { fewest: 2, most: 3 });
  const attributes = file.attributes('/object');
  const spacing = file.kind('/object_layer_spacing_m') === 'dataset' ? read(file, '/object_layer_spacing_m', toFloat64) : undefined;
  return {
    array: { ...array, shape: withAxes(array.shape, 3) },
    pixelWidth_m: pixel(file, '/object', attributes.pixel_width_m),
    pixelHeight_m: pixel(file, '/object', attributes.pixel_height_m),
    centerX_m: number(attributes.center_x_m),
    centerY_m: number(attributes.center_y_m),
    layerSpacing_m: spacing,
  };
}

function readLoss(file: Hdf5File): PtychodusProduct['loss'] {
  const name = ['/loss_values', '/costs'].find((path) => file.kind(path) === 'dataset');
  const values = name === undefined ? new Float64Array(0) : read(file, name, toFloat64);
  const epochs = file.kind('/loss_epochs') === 'dataset' ? read(file, '/loss_epochs', toInt32) : undefined;
  return { values, epochs };
}

function readComplex(
  file: Hdf5File,
  path: string,
  axes: { readonly fewest: number; readonly most: number },
): ReturnType<typeof toComplex64> {
  const { shape } = file.describe(path);
  if (shape.length < axes.fewest || shape.length > axes.most)
    throw new Hdf5Error(`The dataset has shape (${shape.join(', ')}); ${axes.fewest} to ${axes.most} axes are read`, {
      where: `${file.path}#${path}`,
    });
  return read(file, path, toComplex64);
}

/** A small dataset, converted; what is of another kind is an error of the file. */
export function read<T>(file: Hdf5File, path: string, convert: (array: NpyArray) => T): T {
  const array = file.read(path);
  try {
    return convert(array);
  } catch (cause) {
    throw new Hdf5Error(`The dataset cannot be used: ${(cause as Error).message}`, { where: `${file.path}#${path}`, cause });
  }
}

function pixel(file: Hdf5File, path: string, value: Hdf5Attribute | undefined): number {
  const size = number(value);
  if (size > 0) return size;
  throw new Hdf5Error('The size of a pixel is missing', {
    where: `${file.path}#${path}`,
    fix: 'write the attributes pixel_width_m and pixel_height_m',
  });
}

/** Absent numbers are 0, as in ptychodus. */
function number(value: Hdf5Attribute | undefined): number {
  if (typeof value === 'number') return value;
  return ArrayBuffer.isView(value) ? (value[0] ?? 0) : 0;
}

const text = (value: Hdf5Attribute | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
