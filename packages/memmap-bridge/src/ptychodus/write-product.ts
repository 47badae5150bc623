import { setImmediate } from 'node:timers/promises';
import type { ComplexArray } from '@ptychokit/config';
import type { Hdf5Builder } from '../hdf5/create.js';
import { Hdf5Writer } from '../hdf5/writer.js';
import type { NpyArray } from '../npy/read.js';
import { type ProductRawData, type PtychodusProduct, withAxes } from './product.js';

/** What a product file holds besides the product. */
export interface WriteProductOptions {
  /** Frames to keep beside the product, as group `/raw_data`; they are copied in pieces. */
  readonly rawData?: ProductRawData | undefined;
  /** Stops the copying of frames; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** HDF5 keeps attributes in an object's header, which ends at 64 KiB. */
const LARGEST_ATTRIBUTE = 60_000;

/** Bytes of frames that are held at once. */
const CHUNK_BYTES = 1 << 23;
/** Chunks of the file: the library holds an entry in memory for each of them. */
const FILE_CHUNK_BYTES = 1 << 18;

/**
 * Writes a ptychodus product: probe, object and positions in metres, in the layout that ptychodus and pty-chi read. The file appears when
 * it is complete; equal products give equal bytes.
 *
 * @throws RangeError arrays whose shapes or lengths do not belong together
 * @throws DataFileError the file cannot be written; nothing is left behind
 */
export async function writePtychodusProduct(path: string, product: PtychodusProduct, options: WriteProductOptions = {}): Promise<void> {
  assertProduct(product);
  await using writer = await Hdf5Writer.create(path);
  writer.add((builder) => addProduct(builder, product));
  if (options.rawData !== undefined) await addRawData(writer, { ...options, rawData: options.rawData });
  await writer.finish();
}

function addProduct(builder: Hdf5Builder, product: PtychodusProduct): void {
  for (const [name, value] of Object.entries(rootAttributes(product))) builder.attribute('/', { name, value });
  const { positions, probe, object, loss } = product;
  builder.dataset('/probe_position_indexes', integers(positions.indexes));
  builder.dataset('/probe_position_x_m', floats(positions.x_m));
  builder.dataset('/probe_position_y_m', floats(positions.y_m));
  addArray(builder, '/probe', {
    array: probe.array,
    axes: 4,
    attributes: { pixel_width_m: probe.pixelWidth_m, pixel_height_m: probe.pixelHeight_m },
  });
  if (probe.oprWeights !== undefined) addWeights(builder, probe.oprWeights);
  addArray(builder, '/object', {
    array: object.array,
    axes: 3,
    attributes: {
      center_x_m: object.centerX_m,
      center_y_m: object.centerY_m,
      pixel_width_m: object.pixelWidth_m,
      pixel_height_m: object.pixelHeight_m,
    },
  });
  builder.dataset('/object_layer_spacing_m', floats(object.layerSpacing_m ?? new Float64Array(0)));
  builder.dataset('/loss_values', floats(loss.values));
  builder.dataset('/loss_epochs', integers(loss.epochs ?? Int32Array.from(loss.values, (_, epoch) => epoch)));
}

function rootAttributes(product: PtychodusProduct): Readonly<Record<string, string | number>> {
  return {
    name: product.name ?? 'ptychokit',
    comments: product.comments ?? '',
    detector_object_distance_m: product.detectorObjectDistance_m,
    probe_energy_eV: product.probeEnergy_eV,
    exposure_time_s: product.exposureTime_s ?? 0,
    probe_photon_count: product.probePhotonCount ?? power(product.probe.array),
    mass_attenuation_m2_kg: product.massAttenuation_m2_kg ?? 0,
    tomography_angle_deg: product.tomographyAngle_deg ?? 0,
  };
}

/** The reader looks for an attribute of the probe, the writer of the same program leaves a dataset: both, where the attribute fits. */
function addWeights(builder: Hdf5Builder, weights: { readonly shape: readonly number[]; readonly data: Float64Array }): void {
  builder.dataset('/opr_weights', { type: 'float64', ...weights });
  if (weights.data.byteLength <= LARGEST_ATTRIBUTE) builder.attribute('/probe', { name: 'opr_weights', value: weights });
}

function addArray(
  builder: Hdf5Builder,
  path: string,
  part: { readonly array: ComplexArray; readonly axes: number; readonly attributes: Readonly<Record<string, number>> },
): void {
  builder.dataset(path, { type: 'complex64', shape: withAxes(part.array.shape, part.axes), data: part.array.data });
  for (const [name, value] of Object.entries(part.attributes)) builder.attribute(path, { name, value });
}

async function addRawData(writer: Hdf5Writer, options: WriteProductOptions & { readonly rawData: ProductRawData }): Promise<void> {
  const { frames, xcoords, ycoords, scanIndex } = options.rawData;
  const { frameCount, frameSize } = frames;
  writer.add((builder) => {
    builder.group('/raw_data');
    builder.dataset('/raw_data/xcoords', floats(xcoords));
    builder.dataset('/raw_data/ycoords', floats(ycoords));
    builder.dataset('/raw_data/scan_index', integers(scanIndex ?? new Int32Array(frameCount)));
  });
  const pixels = frameSize ** 2;
  const chunkRows = Math.max(1, Math.floor(FILE_CHUNK_BYTES / (4 * pixels)));
  writer.beginRows('/raw_data/diffraction', { type: 'float32', rowShape: [frameSize, frameSize], chunkRows });
  const chunk = Math.max(1, Math.floor(CHUNK_BYTES / (4 * pixels)));
  const buffer = new Float32Array(Math.min(chunk, frameCount) * pixels);
  for (let first = 0; first < frameCount; first += chunk) {
    await setImmediate(); // nothing else may wait here, and signals are to be heard
    options.signal?.throwIfAborted();
    const count = Math.min(chunk, frameCount - first);
    const data = buffer.subarray(0, count * pixels);
    await frames.readFrames(
      Int32Array.from({ length: count }, (_, i) => first + i),
      data,
    );
    writer.appendRows('/raw_data/diffraction', { type: 'float32', shape: [count, frameSize, frameSize], data });
  }
}

function assertProduct({ positions, probe, object, loss }: PtychodusProduct): void {
  const { indexes, x_m, y_m } = positions;
  if (x_m.length !== indexes.length || y_m.length !== indexes.length)
    throw new RangeError(`expected ${indexes.length} positions, got ${x_m.length} and ${y_m.length}`);
  assertAxes('a probe of 2 to 4 axes', probe.array, [2, 3, 4]);
  assertAxes('an object of 2 or 3 axes', object.array, [2, 3]);
  const layers = withAxes(object.array.shape, 3)[0] as number;
  const spacings = object.layerSpacing_m?.length ?? 0;
  if (spacings !== layers - 1) throw new RangeError(`expected ${layers - 1} layer spacings for ${layers} layers, got ${spacings}`);
  if ((loss.epochs?.length ?? loss.values.length) !== loss.values.length) throw new RangeError('expected one epoch per loss value');
}

function assertAxes(expected: string, { shape, data }: ComplexArray, axes: readonly number[]): void {
  if (!axes.includes(shape.length) || data.length !== 2 * shape.reduce((a, b) => a * b, 1))
    throw new RangeError(`expected ${expected}, got shape [${shape}] and ${data.length / 2} elements`);
}

function power({ data }: ComplexArray): number {
  let sum = 0;
  for (const part of data) sum += part * part;
  return sum;
}

const floats = (data: Float64Array): NpyArray => ({ type: 'float64', shape: [data.length], data });

const integers = (data: Int32Array): NpyArray => ({ type: 'int32', shape: [data.length], data });
