import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFileError, openScan, UnsupportedFormatError, ZipFormatError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const HDF5 = '\x89HDF\r\n\x1a\n';

describe('openScan', () => {
  it.each([
    ['scan.cxi', HDF5, 'CXI'],
    ['scan.PTYD', HDF5, 'ptypy ptyd'],
    ['roi0_Ndp64_dp.hdf5', HDF5, 'PtychoShelves'],
    ['product.h5', HDF5, 'HDF5'],
    ['userblock.h5', `${'\0'.repeat(512)}${HDF5}`, 'HDF5'],
    ['frames.npy', '\x93NUMPY\x01\x00', 'NPY'],
    ['scan.mat', 'MATLAB 5.0 MAT-file', 'MATLAB 5'],
    ['frame.tif', 'II*\0', 'TIFF'],
    ['scan.npz.gz', '\x1f\x8b\x08', 'gzip'],
  ])('refuses %s by the name of its format', async (name, content, format) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(content, 'latin1'));
    const error = await openScan(path).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UnsupportedFormatError);
    expect(error).toMatchObject({ code: 'FORMAT_UNSUPPORTED', format, where: path });
    expect(error.message).toMatch(/fix: /);
  });

  it.each([
    ['text.npz', 'hello', /format of the file is not known[\s\S]*one of the formats NPZ/],
    ['empty.npz', '', /file is empty/],
  ])('refuses %s whatever its name says', async (name, content, message) => {
    writeFileSync(join(folder, name), content);
    await expect(openScan(join(folder, name))).rejects.toThrow(message);
  });

  it('takes the first bytes, not the name, as the format', async () => {
    const path = join(folder, 'archive.h5');
    writeFileSync(path, 'PK\x03\x04 and then nothing');
    await expect(openScan(path)).rejects.toThrow(ZipFormatError);
  });

  it('says what is wrong with the path', async () => {
    await expect(openScan(join(folder, 'none.npz'))).rejects.toThrow(DataFileError);
    await expect(openScan(folder)).rejects.toThrow(/not a file/);
  });
});
