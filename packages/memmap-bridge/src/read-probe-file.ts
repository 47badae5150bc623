import type { ComplexArray } from '@ptychokit/config';
import { DataFileError } from './errors.js';
import { complexAt, firstProbe } from './foreign/read-array.js';
import { Hdf5File } from './hdf5/reader.js';
import { recogniseFile } from './importers.js';
import { toComplex64 } from './npy/convert.js';
import { NpzFile } from './npz/read.js';

/** Names a probe has in NPZ files. */
const NAMES = ['probeGuess', 'probe'];

/**
 * The probe in a file: `probeGuess` or `probe` of an NPZ archive (a scan or a reconstruction), `/probe` of an HDF5 file (a product).
 *
 * @returns `[N, N]` or `[modes, N, N]`
 * @throws DataFileError a file without a probe
 */
export async function readProbeFile(path: string): Promise<ComplexArray> {
  const probe = (await recogniseFile(path)) === 'HDF5' ? await fromHdf5(path) : await fromNpz(path);
  if (probe === undefined) throw new DataFileError('The file has no probe', { path, fix: `give a file with ${NAMES.join(' or ')}` });
  return probe;
}

async function fromHdf5(path: string): Promise<ComplexArray | undefined> {
  const file = await Hdf5File.open(path);
  try {
    const probe = complexAt(file, '/probe');
    return probe === undefined ? undefined : firstProbe(probe).array;
  } finally {
    await file.close();
  }
}

async function fromNpz(path: string): Promise<ComplexArray | undefined> {
  const npz = await NpzFile.open(path);
  try {
    const name = NAMES.find((candidate) => npz.has(candidate));
    if (name === undefined) return undefined;
    const probe = toComplex64(await npz.read(name));
    const { shape } = probe;
    return shape.length === 3 && shape[2] === 1 ? { ...probe, shape: shape.slice(0, 2) } : probe;
  } finally {
    await npz.close();
  }
}
