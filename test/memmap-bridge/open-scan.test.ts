import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFileError, Hdf5Error, openScan, UnsupportedFormatError, writeNpz, ZipFormatError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { float64, writeFile } from './support/foreign-files.js';
import { withScan } from './support/read-scan.js';
import { scanMembers, syntheticScan } from './support/synthetic-scan.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const HDF5 = '\x89HDF\r\n\x1a\n';

describe('openScan', () => {
  it.each([
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

  it.each([
    ['scan.cxi', HDF5],
    ['scan.ptyd', `${'\0'.repeat(512)}${HDF5}`],
    ['scan_dp.hdf5', `${HDF5}${'\xff'.repeat(5000)}`],
  ])('refuses %s that is HDF5 by its first bytes alone', async (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.from(content, 'latin1'));
    await expect(openScan(path)).rejects.toThrow(Hdf5Error);
  });

  it('names what an HDF5 file of unknown layout holds', async () => {
    const path = join(folder, 'other.cxi');
    await writeFile(path, { datasets: { '/a': float64([1]), '/b/c': float64([2]) } });
    await expect(openScan(path)).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED', format: 'HDF5', message: /it holds a, b/ });
  });

  it('takes an NPZ scan with another probe, a part of the detector, and geometry for the record', async () => {
    const path = join(folder, 'scan.npz');
    const scan = syntheticScan();
    await writeNpz(path, scanMembers(scan));
    const probe = { shape: [8, 8], data: scan.probeGuess.data.map((value) => 2 * value) };
    const hints = { crop: 4, probe, energy_eV: 8800, distance_m: 1.5, detectorPixel_m: 75e-6, objectPixel_m: 2e-8 };
    await withScan(openScan(path, hints), (raw) => {
      expect([raw.frameSize, raw.probeGuess.shape, raw.objectGuess]).toEqual([4, [4, 4], undefined]);
      expect(raw.metadata).toMatchObject({ nphotons: 1e6, energy_eV: 8800, distance_m: 1.5, detector_pixel_m: 75e-6, pixel_size_m: 4e-8 });
      const { probe: given, ...numbers } = raw.origin.hints;
      expect(raw.origin.files).toEqual([path]);
      expect(numbers).toEqual({ crop: 4, energy_eV: 8800, distance_m: 1.5, detector_pixel_m: 75e-6, object_pixel_m: 2e-8 });
      expect(given).toEqual({ shape: [8, 8], sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(raw.conversions.join()).toMatch(/given by the caller.*objectGuess left out/);
      expect(raw.xcoords[1]).toBeCloseTo((scan.xcoords[1] as number) / 2);
    });
    const wrong = { shape: [6, 6], data: new Float32Array(72) };
    await expect(openScan(path, { probe: wrong })).rejects.toMatchObject({ code: 'FRAME_SIZE' });
    await expect(openScan(path, { crop: 10 })).rejects.toMatchObject({ code: 'FRAME_SIZE' });
    await expect(openScan(path, { crop: 3 })).rejects.toThrow(RangeError);
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
