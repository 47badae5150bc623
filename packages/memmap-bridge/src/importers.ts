import { DataFile } from './data-file.js';
import { UnsupportedFormatError } from './errors.js';
import { HDF5_FORMATS } from './foreign/open-foreign.js';

/** A kind of file by its first bytes, and what to do with one that holds no scan. */
interface FileKind {
  readonly format: string;
  recognises(head: Uint8Array): boolean;
  /** Absent for kinds that are opened. */
  readonly fix?: string;
}

const CONVERT = 'convert it to an NPZ scan file (diffraction, xcoords, ycoords, probeGuess)';
const HDF5 = '\x89HDF\r\n\x1a\n';
const HEAD_LENGTH = 4096;

const KINDS: readonly FileKind[] = [
  { format: 'NPZ', recognises: (head) => startsWith(head, 'PK\x03\x04') || startsWith(head, 'PK\x05\x06') },
  { format: 'HDF5', recognises: isHdf5 },
  { format: 'NPY', recognises: (head) => startsWith(head, '\x93NUMPY'), fix: 'put the arrays of the scan into one file with np.savez' },
  { format: 'MATLAB 5', recognises: (head) => startsWith(head, 'MATLAB 5.0'), fix: CONVERT },
  { format: 'TIFF', recognises: (head) => startsWith(head, 'II*\0') || startsWith(head, 'MM\0*'), fix: CONVERT },
  { format: 'gzip', recognises: (head) => startsWith(head, '\x1f\x8b'), fix: 'unpack it first: gunzip' },
];

/**
 * The kind of a file, by its first bytes.
 *
 * @throws UnsupportedFormatError a kind that is not opened as a scan
 * @throws DataFileError a path that cannot be read
 */
export async function recogniseFile(path: string): Promise<'NPZ' | 'HDF5'> {
  const head = await readHead(path);
  const kind = KINDS.find((candidate) => candidate.recognises(head));
  if (kind?.format === 'NPZ' || kind?.format === 'HDF5') return kind.format;
  const unknown = head.length === 0 ? 'The file is empty' : 'The format of the file is not known';
  throw new UnsupportedFormatError(kind === undefined ? unknown : `${kind.format} files are not opened as scans`, {
    format: kind?.format ?? 'unknown',
    where: path,
    fix: kind?.fix ?? `give a scan in one of the formats NPZ, ${HDF5_FORMATS.map(({ name }) => name).join(', ')}`,
  });
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await DataFile.open(path);
  try {
    return await file.bytes(0, Math.min(file.size, HEAD_LENGTH));
  } finally {
    await file.close();
  }
}

/** HDF5 allows a user block of 512, 1024, 2048 … bytes in front of its signature. */
function isHdf5(head: Uint8Array): boolean {
  return [0, 512, 1024, 2048].some((offset) => startsWith(head, HDF5, offset));
}

function startsWith(head: Uint8Array, magic: string, offset = 0): boolean {
  return String.fromCharCode(...head.subarray(offset, offset + magic.length)) === magic;
}
