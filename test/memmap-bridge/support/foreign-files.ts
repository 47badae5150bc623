import { Random } from '@ptychokit/config';
import type { NpyArray } from '@ptychokit/memmap-bridge';
import { type Hdf5Builder, Hdf5Writer } from '@ptychokit/memmap-bridge/hdf5';

/** Frames and positions of a small scan, as programs of the field keep them. */
export interface CountedScan {
  /** `[n, H, W]`. */
  readonly counts: Int32Array;
  readonly shape: readonly [frames: number, height: number, width: number];
  /** Metres; +x is +column, +y is +row. */
  readonly x_m: Float64Array;
  readonly y_m: Float64Array;
  readonly energy_eV: number;
  readonly distance_m: number;
  readonly pixel_m: number;
}

/** A seeded scan of random counts; equal arguments give equal arrays. */
export function countedScan(shape: CountedScan['shape'] = [12, 8, 8], seed = 0): CountedScan {
  const random = new Random(seed, 'counted-scan');
  const [frames, height, width] = shape;
  const metres = (): Float64Array => Float64Array.from({ length: frames }, () => 2e-6 * (random.uniform() - 0.5));
  return {
    counts: Int32Array.from({ length: frames * height * width }, () => Math.floor(1000 * random.uniform())),
    shape,
    x_m: metres(),
    y_m: metres(),
    energy_eV: 8800,
    distance_m: 1.5,
    pixel_m: 75e-6,
  };
}

/** Wavelength times distance over N pixels, written out once more. */
export function objectPixelOf(scan: Pick<CountedScan, 'energy_eV' | 'distance_m' | 'pixel_m'>, size: number): number {
  const wavelength_m = (6.62607015e-34 * 299792458) / (1.602176634e-19 * scan.energy_eV);
  return (wavelength_m * scan.distance_m) / (size * scan.pixel_m);
}

/** An HDF5 file of datasets, attributes of them, and links, by path. */
export async function writeFile(path: string, content: FileContent): Promise<void> {
  await using writer = await Hdf5Writer.create(path);
  writer.add((builder) => addContent(builder, content));
  await writer.finish();
}

/** Adds content to a new file; groups are made where paths need them. */
export function addContent(builder: Hdf5Builder, content: FileContent): void {
  const groups = new Set<string>();
  const ensure = (child: string): void => {
    const parts = child.split('/').slice(1, -1);
    for (const [i] of parts.entries()) {
      const group = `/${parts.slice(0, i + 1).join('/')}`;
      if (!groups.has(group)) builder.group(group);
      groups.add(group);
    }
  };
  for (const [name, array] of Object.entries(content.datasets)) {
    ensure(name);
    builder.dataset(name, array);
  }
  for (const [at, attributes] of Object.entries(content.attributes ?? {}))
    for (const [name, value] of Object.entries(attributes)) builder.attribute(at, { name, value });
  for (const [name, target] of Object.entries(content.softLinks ?? {})) {
    ensure(name);
    builder.softLink(name, target);
  }
  for (const [name, target] of Object.entries(content.externalLinks ?? {})) {
    ensure(name);
    builder.externalLink(name, target);
  }
}

/** What {@link writeFile} writes. */
export interface FileContent {
  readonly datasets: Readonly<Record<string, NpyArray>>;
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  readonly softLinks?: Readonly<Record<string, string>>;
  readonly externalLinks?: Readonly<Record<string, { readonly file: string; readonly path: string }>>;
}

export const float64 = (data: ArrayLike<number>, shape: readonly number[] = [data.length]): NpyArray => ({
  type: 'float64',
  shape,
  data: Float64Array.from(data),
});

export const int32 = (data: ArrayLike<number>, shape: readonly number[] = [data.length]): NpyArray => ({
  type: 'int32',
  shape,
  data: Int32Array.from(data),
});

const DETECTOR = '/entry_1/instrument_1/detector_1';
const SOURCE = '/entry_1/instrument_1/source_1';

/** The datasets of a CXI file with the usual basis vectors: translations of the sample count like positions of the probe. */
export function cxiDatasets(scan: CountedScan): Record<string, NpyArray> {
  const { energy_eV, distance_m, pixel_m, x_m, y_m } = scan;
  const translation = [...x_m].flatMap((x, i) => [x, y_m[i] as number, 0]);
  return {
    '/cxi_version': int32([160], []),
    [`${DETECTOR}/data`]: int32(scan.counts, scan.shape),
    [`${DETECTOR}/distance`]: float64([distance_m], []),
    [`${DETECTOR}/x_pixel_size`]: float64([pixel_m], []),
    [`${DETECTOR}/y_pixel_size`]: float64([pixel_m], []),
    [`${DETECTOR}/basis_vectors`]: float64([0, -pixel_m, -pixel_m, 0, 0, 0], [3, 2]),
    [`${SOURCE}/energy`]: float64([energy_eV * 1.602176634e-19], []),
    '/entry_1/sample_1/geometry_1/translation': float64(translation, [x_m.length, 3]),
  };
}

/** Some of the frames of a scan, as one chunk of a ptypy file at `root`. */
export function ptydChunk(scan: CountedScan, root: string, frames: readonly number[]): Record<string, NpyArray> {
  const [, height, width] = scan.shape;
  const pixels = height * width;
  return {
    [`${root}/data`]: int32(
      frames.flatMap((frame) => [...scan.counts.subarray(frame * pixels, (frame + 1) * pixels)]),
      [frames.length, height, width],
    ),
    [`${root}/positions`]: float64(
      frames.flatMap((frame) => [scan.y_m[frame] as number, scan.x_m[frame] as number]),
      [frames.length, 2],
    ),
    [`${root}/indices`]: int32(frames),
  };
}

/** The metadata of a ptypy file. */
export function ptydMeta(scan: CountedScan): Record<string, NpyArray> {
  const [, height, width] = scan.shape;
  return {
    '/meta/version': float64([0.1], []),
    '/meta/energy': float64([scan.energy_eV / 1000], []),
    '/meta/distance': float64([scan.distance_m], []),
    '/meta/psize': float64([scan.pixel_m, scan.pixel_m]),
    '/meta/center': float64([height / 2, width / 2]),
    '/meta/shape': int32([height, width]),
  };
}
