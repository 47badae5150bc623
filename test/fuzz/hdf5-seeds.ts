import { mkdtemp, readFile as readBytes, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hdf5Builder } from '../../packages/memmap-bridge/src/hdf5/create.js';
import { loadHdf5, type OpenHdf5 } from '../../packages/memmap-bridge/src/hdf5/file.js';
import {
  addContent,
  countedScan,
  cxiDatasets,
  type FileContent,
  float64,
  int32,
  ptydChunk,
  ptydMeta,
  writeFile,
} from '../memmap-bridge/support/foreign-files.js';

const scan = countedScan([9, 4, 4]);
const [frames, height, width] = scan.shape;
const FRAMES = '/entry_1/instrument_1/detector_1/data';
const all = Array.from({ length: frames }, (_, i) => i);

/** What a PtychoShelves pair does not say. */
export const PAIR_HINTS = { energy_eV: scan.energy_eV, distance_m: scan.distance_m, detectorPixel_m: scan.pixel_m } as const;

/**
 * Small good files of every format in HDF5 that is one file. Most are in the oldest layout, which h5py writes by default: it has no
 * checksums, so that damage gets further. One is in the newest.
 */
export async function hdf5Seeds(): Promise<readonly Uint8Array[]> {
  const ptyd = { ...ptydMeta(scan), ...ptydChunk(scan, '/chunks/0', all.slice(0, 5)), ...ptydChunk(scan, '/chunks/1', all.slice(5)) };
  const cxi = { datasets: cxiDatasets(scan) };
  return [
    await oldLayout(cxi),
    await oldLayout(deflated.content, deflated.addFrames),
    await oldLayout({ datasets: ptyd }),
    await oldLayout(product()),
    await bytesOf((path) => writeFile(path, cxi)),
  ];
}

/** The half of a pair with the frames, alone. */
export async function pairSeeds(): Promise<readonly Uint8Array[]> {
  return [await oldLayout({ datasets: { '/dp': int32(scan.counts, scan.shape) } })];
}

/** Writes the other half of a pair. */
export async function writePositions(path: string): Promise<void> {
  await writeFile(path, { datasets: { '/ppX': float64(scan.x_m), '/ppY': float64(scan.y_m, [1, frames]) } });
}

function product(): FileContent {
  const pixel = { pixel_width_m: 2e-7, pixel_height_m: 2e-7 };
  const ones = (shape: readonly number[]) => ({
    type: 'complex64' as const,
    shape,
    data: new Float32Array(2 * shape.reduce((a, b) => a * b, 1)).fill(1),
  });
  return {
    datasets: {
      '/probe_position_indexes': int32(all),
      '/probe_position_x_m': float64(scan.x_m),
      '/probe_position_y_m': float64(scan.y_m),
      '/probe': ones([1, 1, height, width]),
      '/object': ones([1, 20, 24]),
      '/object_layer_spacing_m': float64([]),
      '/loss_values': float64([3, 2, 1]),
      '/raw_data/diffraction': float64(Float64Array.from(scan.counts, Math.sqrt), scan.shape),
      '/raw_data/xcoords': float64(scan.x_m),
      '/raw_data/ycoords': float64(scan.y_m),
    },
    attributes: {
      '/': { name: 'scan', comments: '', detector_object_distance_m: 1.5, probe_energy_eV: 8800, exposure_time_s: 0.1 },
      '/probe': pixel,
      '/object': { ...pixel, center_x_m: 0, center_y_m: 0 },
    },
  };
}

/** A CXI file whose frames are chunked and deflated, as most are. */
const deflated = {
  content: { datasets: Object.fromEntries(Object.entries(cxiDatasets(scan)).filter(([name]) => name !== FRAMES)) },
  addFrames: (file: OpenHdf5): void => {
    const data = { data: scan.counts, shape: [...scan.shape], chunks: [2, height, width] };
    file.create_dataset({ name: FRAMES, ...data, compression: 'gzip', compression_opts: 4 });
  },
};

async function oldLayout(content: FileContent, addMore: (file: OpenHdf5) => void = () => {}): Promise<Uint8Array> {
  const library = await loadHdf5();
  return bytesOf(async (path) => {
    const file = new library.File(path, 'w', { libver: ['earliest', 'latest'] });
    addContent(hdf5Builder(library, file), content);
    addMore(file);
    file.close();
  });
}

/** What `write` writes, as bytes. */
async function bytesOf(write: (path: string) => Promise<void>): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'ptychokit-seed-'));
  try {
    const path = join(folder, 'seed.h5');
    await write(path);
    return await readBytes(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
