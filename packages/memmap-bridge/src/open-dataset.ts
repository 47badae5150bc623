import { DataFile } from './data-file.js';
import type { OpenNpzOptions } from './dataset/open-npz.js';
import { UnsupportedFormatError } from './errors.js';
import { IMPORTERS, type Importer } from './importers.js';
import type { RawData } from './raw-data.js';

/** How to open a scan file. */
export type OpenDatasetOptions = OpenNpzOptions;

const HEAD_LENGTH = 4096;

/**
 * Opens a scan file of any supported format, recognised by its first bytes. The caller closes the scan.
 *
 * @throws UnsupportedFormatError a format that is not read
 * @throws DatasetContractError a file that does not obey DATA-001, with every violation
 * @throws DataFileError a path that cannot be read
 */
export async function openDataset(path: string, options: OpenDatasetOptions = {}): Promise<RawData> {
  const importer = await recognise(path);
  if (importer.open !== undefined) return importer.open(path, options);
  throw new UnsupportedFormatError(`${importer.format} files are not opened as scans`, {
    format: importer.format,
    where: path,
    fix: importer.fix,
  });
}

async function recognise(path: string): Promise<Importer> {
  const file = await DataFile.open(path);
  try {
    const bytes = await file.bytes(0, Math.min(file.size, HEAD_LENGTH));
    const importer = IMPORTERS.find((candidate) => candidate.recognises({ path, bytes }));
    if (importer !== undefined) return importer;
    const readable = IMPORTERS.filter((candidate) => candidate.open !== undefined).map((candidate) => candidate.format);
    const what = bytes.length === 0 ? 'The file is empty' : 'The format of the file is not known';
    throw new UnsupportedFormatError(what, {
      format: 'unknown',
      where: path,
      fix: `give a scan in one of the formats ${readable.join(', ')}`,
    });
  } finally {
    await file.close();
  }
}
