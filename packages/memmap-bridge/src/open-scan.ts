import { type OpenNpzOptions, openNpzDataset } from './dataset/open-npz.js';
import { cropDetector } from './detector/crop.js';
import { assertProbe } from './foreign/given-probe.js';
import type { ScanHints } from './foreign/hints.js';
import { openForeignScan } from './foreign/open-foreign.js';
import { recogniseFile } from './importers.js';
import { RawData } from './raw-data.js';
import { hintsOf } from './scan-origin.js';

/** How to open a scan file, and what is known of it beyond what it says. */
export interface OpenScanOptions extends OpenNpzOptions, ScanHints {}

/**
 * Opens a scan file of any format, recognised by its content: NPZ, CXI, ptychodus product, PtychoShelves pair, ptypy `.ptyd`. Frames stay
 * where they are; counts become amplitudes and metres become object pixels on the way. What was converted or assumed is in
 * {@link RawData.conversions}. The caller closes the scan.
 *
 * @throws UnsupportedFormatError a format that is not read
 * @throws MissingHintsError what the file does not say and the caller has to: energy, distance, pixel size
 * @throws FrameSizeError frames that have to be cropped first (`crop`)
 * @throws DatasetContractError a file that does not obey DATA-001, with every violation
 * @throws DataFileError a path that cannot be read
 * @throws Hdf5Error, ZipFormatError a damaged file
 */
export async function openScan(path: string, options: OpenScanOptions = {}): Promise<RawData> {
  const format = await recogniseFile(path);
  const raw = format === 'HDF5' ? await openForeignScan(path, options) : await openNpzDataset(path, options);
  try {
    const known = format === 'HDF5' ? raw : withHints(raw, options);
    return new RawData({ ...known, origin: { ...known.origin, hints: hintsOf(options) } });
  } catch (error) {
    await raw.close();
    throw error;
  }
}

/** A scan in the terms of the contract needs few hints: a part of the detector, another probe, geometry for the record. */
export function withHints(raw: RawData, hints: ScanHints): RawData {
  const { energy_eV, distance_m, detectorPixel_m, objectPixel_m, probe } = hints;
  const geometry = { energy_eV, distance_m, detector_pixel_m: detectorPixel_m, pixel_size_m: objectPixel_m };
  const given = Object.fromEntries(Object.entries(geometry).filter(([, value]) => value !== undefined));
  if (Object.keys(given).length === 0 && probe === undefined && hints.crop === undefined) return raw;
  if (probe !== undefined) assertProbe(probe, raw);
  const conversions = [...raw.conversions, ...(probe === undefined ? [] : ['probeGuess: given by the caller'])];
  const known = new RawData({ ...raw, probeGuess: probe ?? raw.probeGuess, metadata: { ...raw.metadata, ...given }, conversions });
  return hints.crop === undefined ? known : cropDetector(known, hints.crop);
}
