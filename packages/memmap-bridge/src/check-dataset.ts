import { type Issue, isPtychoError } from '@ptychokit/config';
import { type ExamineOptions, examineDataset } from './dataset/examine.js';
import { NpzFile } from './npz/read.js';

/**
 * Everything that is wrong with a scan file by the data contract (DATA-001), at once; empty for a good file.
 *
 * @param path an NPZ file
 * @throws DataFileError a file that is missing or may not be read
 */
export async function checkDataset(path: string, options: ExamineOptions = {}): Promise<readonly Issue[]> {
  let npz: NpzFile;
  try {
    npz = await NpzFile.open(path);
  } catch (error) {
    if (!isPtychoError(error, 'ZIP_FORMAT')) throw error;
    return [{ key: '(file)', expected: 'an NPZ archive', got: error.what, fix: error.fix ?? 'give an NPZ file' }];
  }
  try {
    return (await examineDataset(npz, options)).issues;
  } finally {
    await npz.close();
  }
}
