import { Hdf5Error } from '../errors.js';
import type { Hdf5File } from '../hdf5/reader.js';
import { energyOfWavelength_eV, joulesToElectronvolts, positive } from './geometry.js';
import { complexAt, firstDataset, firstProbe, floatImageAt, framesAt, imageAt, numberAt, realsAt } from './read-array.js';
import type { ScanParts } from './scan-parts.js';

const ENTRY = '/entry_1';
const DETECTOR = `${ENTRY}/instrument_1/detector_1`;
const SOURCE = `${ENTRY}/instrument_1/source_1`;
const DATA = [`${ENTRY}/data_1/data`, `${DETECTOR}/data`];
const TRANSLATIONS = [`${ENTRY}/data_1/translation`, `${ENTRY}/sample_1/geometry_1/translation`, `${DETECTOR}/translation`];

/** A pixel that is good although a bit is set: it saw signal. */
const GOOD_WITH_SIGNAL = 0x1000;

/** True for files of the Coherent X-ray Imaging data bank's format. */
export function isCxi(file: Hdf5File): boolean {
  return file.kind('/cxi_version') === 'dataset' || firstDataset(file, DATA) !== undefined;
}

/** What a CXI file holds. */
export function readCxi(file: Hdf5File): ScanParts {
  const data = firstDataset(file, DATA);
  if (data === undefined) throw new Hdf5Error('The CXI file has no frames', { where: `${file.path}#${DATA[1]}` });
  const { rows, shape } = framesAt(file, data);
  const { x_m, y_m } = positions(file, rows);
  const probe = complexAt(file, `${SOURCE}/illumination`);
  const found = probe === undefined ? undefined : firstProbe(probe);
  return {
    format: 'CXI',
    path: file.path,
    datasets: [{ file, path: data, rows }],
    order: Int32Array.from({ length: rows }, (_, row) => row),
    frameShape: shape,
    values: 'counts',
    x_m,
    y_m,
    geometry: { energy_eV: energy(file), distance_m: distance(file), ...detectorPixel(file) },
    badPixels: badPixels(file, shape),
    dark: darkFrame(file, shape),
    efficiency: file.kind(`${DETECTOR}/qe_mask`) === 'dataset' ? floatImageAt(file, `${DETECTOR}/qe_mask`, shape) : undefined,
    probe: found?.array,
    metadata: texts(file),
    notes: [...(found?.notes ?? []), ...unusedNotes(file)],
  };
}

/** The wavelength counts before the energy, which is in joules. */
function energy(file: Hdf5File): number | undefined {
  const wavelength_m = positive(numberAt(file, `${SOURCE}/wavelength`));
  if (wavelength_m !== undefined) return energyOfWavelength_eV(wavelength_m);
  const energy_J = positive(numberAt(file, `${SOURCE}/energy`));
  return energy_J === undefined ? undefined : joulesToElectronvolts(energy_J);
}

function distance(file: Hdf5File): number | undefined {
  const given = positive(numberAt(file, `${DETECTOR}/distance`));
  if (given !== undefined || file.kind(`${DETECTOR}/corner_position`) !== 'dataset') return given;
  return positive(Math.abs(realsAt(file, `${DETECTOR}/corner_position`).data[2] ?? 0));
}

function detectorPixel(file: Hdf5File): { readonly pixelWidth_m: number | undefined; readonly pixelHeight_m: number | undefined } {
  const basis = basisVectors(file);
  const width = positive(numberAt(file, `${DETECTOR}/x_pixel_size`));
  const height = positive(numberAt(file, `${DETECTOR}/y_pixel_size`));
  const [perRow, perColumn] = basis === undefined ? [] : [Math.hypot(...basis.perRow), Math.hypot(...basis.perColumn)];
  return { pixelWidth_m: width ?? height ?? positive(perColumn), pixelHeight_m: height ?? width ?? positive(perRow) };
}

interface Basis {
  readonly perRow: readonly number[];
  readonly perColumn: readonly number[];
}

/** `(3, 2)` or `(2, 3)`: the step from row to row and from column to column, in metres. */
function basisVectors(file: Hdf5File): Basis | undefined {
  const path = `${DETECTOR}/basis_vectors`;
  if (file.kind(path) !== 'dataset') return undefined;
  const { shape } = file.describe(path);
  const { data } = realsAt(file, path);
  const at = (...indices: number[]): number[] => indices.map((index) => data[index] as number);
  const basis =
    shape[0] === 3 && shape[1] === 2
      ? { perRow: at(0, 2, 4), perColumn: at(1, 3, 5) }
      : shape[0] === 2 && shape[1] === 3
        ? { perRow: at(0, 1, 2), perColumn: at(3, 4, 5) }
        : undefined;
  if (basis === undefined || !(Math.hypot(...basis.perRow) > 0 && Math.hypot(...basis.perColumn) > 0))
    throw new Hdf5Error(`The basis vectors have shape (${shape.join(', ')}) or no length; (3, 2) is read`, {
      where: `${file.path}#${path}`,
    });
  return basis;
}

/**
 * The file says where the sample is; the probe moves over it the other way. CXI's x points to the left seen along the beam and y up, and by
 * default rows run along -y and columns along -x, so the two signs cancel: a translation of +X, +Y is a step along +column, +row.
 */
function positions(file: Hdf5File, count: number): { readonly x_m: Float64Array; readonly y_m: Float64Array } {
  const path = firstDataset(file, TRANSLATIONS);
  if (path === undefined) throw new Hdf5Error('The CXI file has no translations', { where: `${file.path}#${TRANSLATIONS[1]}` });
  const { data } = realsAt(file, path);
  if (data.length !== 3 * count)
    throw new Hdf5Error(`There are ${data.length} numbers for ${count} translations`, { where: `${file.path}#${path}` });
  const { perRow, perColumn } = basisVectors(file) ?? { perRow: [0, -1, 0], perColumn: [-1, 0, 0] };
  const toPlane = projection(unit(perRow), unit(perColumn));
  const [x_m, y_m] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) [y_m[i], x_m[i]] = toPlane(data.subarray(3 * i, 3 * i + 3).map((part) => -part)) as [number, number];
  return { x_m, y_m };
}

/** Coefficients of a vector along two unit vectors, which need not be at right angles (least squares). */
function projection(a: readonly number[], b: readonly number[]): (vector: Float64Array) => [number, number] {
  const dot = (u: ArrayLike<number>, v: ArrayLike<number>): number =>
    Array.from(u).reduce((sum, part, i) => sum + part * (v[i] as number), 0);
  const ab = dot(a, b);
  const determinant = 1 - ab * ab;
  return (vector) => {
    const [va, vb] = [dot(vector, a), dot(vector, b)];
    return [(va - ab * vb) / determinant, (vb - ab * va) / determinant];
  };
}

const unit = (vector: readonly number[]): number[] => vector.map((part) => part / Math.hypot(...vector));

function badPixels(file: Hdf5File, shape: readonly [number, number]): Uint8Array | undefined {
  const path = `${DETECTOR}/mask`;
  if (file.kind(path) !== 'dataset') return undefined;
  return Uint8Array.from(imageAt(file, path, shape).data as ArrayLike<number | bigint>, (bits) =>
    Number(bits) === 0 || Number(bits) === GOOD_WITH_SIGNAL ? 0 : 1,
  );
}

/** Averaged where there are several. */
function darkFrame(file: Hdf5File, shape: readonly [number, number]): Float32Array | undefined {
  const path = `${DETECTOR}/data_dark`;
  if (file.kind(path) !== 'dataset') return undefined;
  const described = file.describe(path).shape;
  const pixels = shape[0] * shape[1];
  if (described.at(-1) !== shape[1] || described.at(-2) !== shape[0])
    throw new Hdf5Error(`The dark frames have shape (${described.join(', ')})`, { where: `${file.path}#${path}` });
  const { data } = realsAt(file, path);
  const frames = data.length / pixels;
  const mean = new Float32Array(pixels);
  for (let i = 0; i < data.length; i++) mean[i % pixels] = (mean[i % pixels] as number) + (data[i] as number) / frames;
  return mean;
}

function texts(file: Hdf5File): Readonly<Record<string, string>> {
  const named = { title: `${ENTRY}/title`, sample: `${ENTRY}/sample_1/name`, start_time: `${ENTRY}/start_time` };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, path]) => {
      if (file.kind(path) !== 'dataset' || file.describe(path).type !== 'str') return [];
      return [[name, String(file.read(path).data[0] ?? '')]];
    }),
  );
}

function unusedNotes(file: Hdf5File): string[] {
  const notes: string[] = [];
  const intensities = `${ENTRY}/data_1/intensities`;
  if (file.kind(intensities) === 'dataset') notes.push('shot-to-shot intensities: not used');
  if ((numberAt(file, '/number_of_entries') ?? 1) > 1) notes.push('only the first entry of the file is read');
  return notes;
}
