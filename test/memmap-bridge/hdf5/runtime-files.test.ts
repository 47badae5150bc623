import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hdf5Error, openScan } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { hdf5Seeds } from '../../fuzz/hdf5-seeds.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const path = join(temporaryFolder(), 'scan.cxi');

/** Open files of this process, where the system tells. */
const openFiles = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

describe('a damaged HDF5 file', () => {
  it('is closed although the library keeps it, and a good one in its place is read', async () => {
    const [good] = (await hdf5Seeds()) as [Buffer];
    const damaged = Buffer.from(good);
    damaged.write('HOLE', damaged.indexOf('HEAP', damaged.indexOf('HEAP') + 1));
    writeFileSync(path, good);
    await (await openScan(path)).close();
    const before = openFiles();
    for (let round = 0; round < 3; round++) {
      writeFileSync(path, damaged);
      const error = await openScan(path).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(Hdf5Error);
      expect(error).toMatchObject({ message: expect.stringMatching(/heap signature[\s\S]*fix: it is damaged or cut short/) });
      writeFileSync(path, good);
      await using raw = await openScan(path);
      expect(raw.frameCount).toBe(9);
    }
    expect(openFiles()).toBe(before);
  });
});
