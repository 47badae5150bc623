import { UnsupportedFormatError } from '../errors.js';
import { Hdf5File } from '../hdf5/reader.js';
import { isProduct } from '../ptychodus/read-product.js';
import { RawData } from '../raw-data.js';
import { assembleScan } from './assemble-scan.js';
import { isCxi, readCxi } from './cxi.js';
import type { ScanHints } from './hints.js';
import { readProductScan } from './product-scan.js';
import { pairRole, readPair } from './ptychoshelves.js';
import { isPtyd, readPtyd } from './ptyd.js';
import type { ScanParts } from './scan-parts.js';

/** A format of scans in HDF5, recognised by what is in the file. */
export interface Hdf5Format {
  /** Name for messages: `"CXI"`. */
  readonly name: string;
  recognises(file: Hdf5File): boolean;
  /** What the file holds; other files it needs are added to `opened`. */
  read(file: Hdf5File, hints: ScanHints, opened: Hdf5File[]): ScanParts | Promise<ScanParts>;
}

/** All of them; the first that recognises a file counts, so special ones come before general ones. */
export const HDF5_FORMATS: readonly Hdf5Format[] = [
  { name: 'CXI', recognises: isCxi, read: readCxi },
  { name: 'ptypy ptyd', recognises: isPtyd, read: (file, _, opened) => readPtyd(file, opened) },
  { name: 'ptychodus product', recognises: isProduct, read: readProductScan },
  { name: 'PtychoShelves', recognises: (file) => pairRole(file) !== undefined, read: (file, _, opened) => readPair(file, opened) },
];

/**
 * Opens a scan in an HDF5 file of another program.
 *
 * @throws UnsupportedFormatError a layout that is not known
 * @throws MissingHintsError, FrameSizeError what the caller has to say
 * @throws DatasetContractError positions, probe or object that no scan has
 * @throws Hdf5Error a damaged file
 */
export async function openForeignScan(path: string, hints: ScanHints = {}): Promise<RawData> {
  const opened: Hdf5File[] = [];
  try {
    const file = await Hdf5File.open(path);
    opened.push(file);
    const parts = await hdf5FormatOf(file).read(file, hints, opened);
    const raw = await assembleScan(parts, hints);
    const used = new Set(parts.datasets.map((dataset) => dataset.file));
    for (const other of opened) if (!used.has(other)) await other.close();
    return new RawData({ ...raw, origin: { files: opened.map((each) => each.path), hints: {} } });
  } catch (error) {
    for (const file of opened) await file.close().catch(() => undefined);
    throw error;
  }
}

/** @throws UnsupportedFormatError a layout that is not known */
export function hdf5FormatOf(file: Hdf5File): Hdf5Format {
  const format = HDF5_FORMATS.find((candidate) => candidate.recognises(file));
  if (format !== undefined) return format;
  const names = file.keys('/');
  const shown = names.length === 0 ? 'nothing' : `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
  throw new UnsupportedFormatError(`The layout of the HDF5 file is not known; it holds ${shown}`, {
    format: 'HDF5',
    where: file.path,
    fix: `give one of ${HDF5_FORMATS.map(({ name }) => name).join(', ')}, or convert it to an NPZ scan file`,
  });
}
