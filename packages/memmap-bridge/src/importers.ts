import { type OpenNpzOptions, openNpzDataset } from './dataset/open-npz.js';
import type { RawData } from './raw-data.js';

/** First bytes and name of a file: what a format is recognised by. */
export interface FileHead {
  readonly path: string;
  /** Up to 4096 bytes. */
  readonly bytes: Uint8Array;
}

/** A format of scan files: how to recognise it, and how to open it where this library does. */
export interface Importer {
  /** Name for messages: `"NPZ"`. */
  readonly format: string;
  recognises(head: FileHead): boolean;
  /** Opens the scan; absent where the format is recognised but not read. */
  readonly open?: (path: string, options: OpenNpzOptions) => Promise<RawData>;
  /** What to do with a file that is not read. */
  readonly fix?: string;
}

const CONVERT = 'convert it to an NPZ scan file (diffraction, xcoords, ycoords, probeGuess)';
const HDF5 = '\x89HDF\r\n\x1a\n';

/** All known formats; the first that recognises a file counts, so special ones come before general ones. */
export const IMPORTERS: readonly Importer[] = [
  { format: 'NPZ', recognises: (head) => startsWith(head, 'PK\x03\x04') || startsWith(head, 'PK\x05\x06'), open: openNpzDataset },
  { format: 'CXI', recognises: (head) => isHdf5(head) && hasEnding(head, '.cxi'), fix: CONVERT },
  { format: 'ptypy ptyd', recognises: (head) => isHdf5(head) && hasEnding(head, '.ptyd'), fix: CONVERT },
  { format: 'PtychoShelves', recognises: (head) => isHdf5(head) && /_(dp|para)\.(hdf5|h5)$/i.test(head.path), fix: CONVERT },
  { format: 'HDF5', recognises: isHdf5, fix: CONVERT },
  { format: 'NPY', recognises: (head) => startsWith(head, '\x93NUMPY'), fix: 'put the arrays of the scan into one file with np.savez' },
  { format: 'MATLAB 5', recognises: (head) => startsWith(head, 'MATLAB 5.0'), fix: CONVERT },
  { format: 'TIFF', recognises: (head) => startsWith(head, 'II*\0') || startsWith(head, 'MM\0*'), fix: CONVERT },
  { format: 'gzip', recognises: (head) => startsWith(head, '\x1f\x8b'), fix: 'unpack it first: gunzip' },
];

/** HDF5 allows a user block of 512, 1024, 2048 … bytes in front of its signature. */
function isHdf5(head: FileHead): boolean {
  return [0, 512, 1024, 2048].some((offset) => startsWith(head, HDF5, offset));
}

function startsWith(head: FileHead, magic: string, offset = 0): boolean {
  return String.fromCharCode(...head.bytes.subarray(offset, offset + magic.length)) === magic;
}

function hasEnding(head: FileHead, ending: string): boolean {
  return head.path.toLowerCase().endsWith(ending);
}
