import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inspectDataset, type NpyValue, type OpenScanOptions, openDataset, readNpy, writeNpy } from '@ptychokit/memmap-bridge';
import { bytesOf, npyBytes, npyWithHeader } from '../memmap-bridge/support/npy-bytes.js';
import { scanMembers, syntheticScan } from '../memmap-bridge/support/synthetic-scan.js';
import { zipBytes } from '../memmap-bridge/support/zip-bytes.js';
import { hdf5Seeds, PAIR_HINTS, pairSeeds, writePositions } from './hdf5-seeds.js';

/** Something that reads files, and good files to damage for it. */
export interface FuzzOpener {
  readonly name: string;
  /** How the damaged file is named. */
  readonly extension: string;
  /** Small good files; each is read once undamaged. */
  readonly seeds: () => Promise<readonly Uint8Array[]>;
  /** Reads everything there is to read in the file at `path`, and closes it. A refusal is a PtychoError; anything else is a defect. */
  readonly open: (path: string, options: { readonly memmapDir: string }) => Promise<void>;
}

/** Opens a scan of any format, and reads frames and patches of it. */
export async function readScan(path: string, options: OpenScanOptions): Promise<void> {
  await using raw = await openDataset(path, options);
  const all = Int32Array.from({ length: Math.min(raw.frameCount, 64) }, (_, i) => raw.frameCount - 1 - i);
  // A damaged header may claim large frames that the file does hold, for example a sparse one; a caller would see their size first.
  if (raw.frameSize > 512) return;
  await raw.frames.readFrames(all, new Float32Array(all.length * raw.frameSize ** 2));
  await raw.truthPatches?.readPatches(all, new Float32Array(2 * all.length * raw.frameSize ** 2));
}

const npz: FuzzOpener = {
  name: 'NPZ',
  extension: 'npz',
  seeds: async () => npzSeeds(),
  open: async (path, options) => {
    await inspectDataset(path, { frames: 'all' });
    await readScan(path, options);
  },
};

const npy: FuzzOpener = {
  name: 'NPY',
  extension: 'npy',
  seeds: async () => npySeeds(),
  open: async (path) => void readNpy(await readFile(path), path),
};

const hdf5: FuzzOpener = {
  name: 'HDF5',
  extension: 'h5',
  seeds: hdf5Seeds,
  open: async (path, options) => {
    await inspectDataset(path, { frames: 'all' });
    await readScan(path, options);
  },
};

const pair: FuzzOpener = {
  name: 'HDF5 pair',
  extension: '_dp.h5',
  seeds: pairSeeds,
  open: async (path, options) => {
    const positions = path.replace('_dp.h5', '_para.h5');
    if (!existsSync(positions)) await writePositions(positions);
    await readScan(path, { ...options, ...PAIR_HINTS });
  },
};

/** Every reader that long and short fuzzing visit. */
export const FUZZ_OPENERS: readonly FuzzOpener[] = [npz, npy, hdf5, pair];

function npzSeeds(): Uint8Array[] {
  const scan = syntheticScan({ frameCount: 9, frameSize: 4 });
  const good = scanMembers(scan);
  const rows = (members: Readonly<Record<string, NpyValue>>) =>
    Object.entries(members).map(([name, value]) => ({ name: `${name}.npy`, data: writeNpy(value) }));
  const truth: NpyValue = { type: 'complex64', shape: [9, 4, 4], data: new Float32Array(2 * 9 * 16).fill(1) };
  const last = npyBytes({ descr: '<f8', shape: [4, 4, 9], data: bytesOf(new Float64Array(144).fill(2)) });
  const frameless = Object.fromEntries(Object.entries(good).filter(([name]) => name !== 'diffraction'));
  return [
    zipBytes(rows(good)),
    zipBytes(rows({ ...good, Y: truth }).map((member) => ({ ...member, deflate: true, descriptor: true }))),
    zipBytes(
      rows(good).map((member) => ({ ...member, zip64: true })),
      { zip64End: true },
    ),
    zipBytes([...rows(frameless), { name: 'diff3d.npy', data: last, deflate: true }]),
  ];
}

function npySeeds(): Uint8Array[] {
  const numbers = new Float64Array(12).map((_, i) => i / 3);
  return [
    writeNpy({ type: 'complex64', shape: [2, 3], data: new Float32Array(12) }),
    npyBytes({ descr: '>f8', shape: [3, 4], fortran: true, version: 2, data: bytesOf(numbers, { bigEndian: 8 }) }),
    npyBytes({ descr: '<f2', shape: [24], version: 3, data: new Uint8Array(48) }),
    npyBytes({ descr: '<U5', shape: [2], data: new Uint8Array(40).fill(1) }),
    npyWithHeader("{'descr': '|b1', 'fortran_order': False, 'shape': (), }", { data: Uint8Array.of(1) }),
  ];
}
