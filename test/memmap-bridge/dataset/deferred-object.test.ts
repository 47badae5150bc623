import { closeSync, openSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkDataset,
  DataFileError,
  DatasetContractError,
  type NpyValue,
  openDataset,
  type RawData,
  writeNpy,
  ZipFormatError,
} from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { expectSame } from '../support/expect-same.js';
import { bytesOf, npyBytes } from '../support/npy-bytes.js';
import { scanMembers, syntheticScan } from '../support/synthetic-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type ZipRecipe, zipBytes } from '../support/zip-bytes.js';

const folder = temporaryFolder();
const SIDE = 1040; // 8.7 MB of complex64
const data = Float32Array.from({ length: 2 * SIDE ** 2 }, (_, i) => (i % 1013) - 500);
const member: NpyValue = { type: 'complex64', shape: [SIDE, SIDE], data };
const { objectGuess: _, ...others } = scanMembers(syntheticScan());
const stored = { name: 'objectGuess.npy', data: writeNpy(member) };

let files = 0;
function scanFile(object: ZipRecipe): string {
  const path = join(folder, `${files++}.npz`);
  const rest = Object.entries(others).map(([name, value]) => ({ name: `${name}.npy`, data: writeNpy(value) }));
  writeFileSync(path, zipBytes([object, ...rest]));
  return path;
}

async function opened<T>(path: string, use: (raw: RawData) => T | Promise<T>): Promise<T> {
  await using raw = await openDataset(path, { memmapDir: folder });
  return await use(raw);
}

/** True where the values are still in the file: replaced by a getter. */
const isDeferred = (raw: RawData): boolean => Object.getOwnPropertyDescriptor(raw.objectGuess, 'data')?.get !== undefined;

describe('a large object', () => {
  it('is read when its values are asked for, once, also after the scan was closed', async () => {
    const raw = await opened(scanFile(stored), (scan) => scan);
    expect(isDeferred(raw)).toBe(true);
    expect(raw.objectGuess?.shape).toEqual([SIDE, SIDE]);
    const first = raw.objectGuess?.data as Float32Array;
    expectSame(first, data);
    expect(raw.subset([0]).objectGuess?.data).toBe(first);
  });

  it.each([
    ['complex128', { descr: '<c16', data: bytesOf(Float64Array.from(data)) }],
    ['big-endian', { descr: '>c8', data: bytesOf(data, { bigEndian: 4 }) }],
  ])('may be %s', async (_name, recipe) => {
    const path = scanFile({ name: 'objectGuess.npy', data: npyBytes({ ...recipe, shape: [SIDE, SIDE] }) });
    await opened(path, (raw) => {
      expect(isDeferred(raw)).toBe(true);
      expectSame(raw.objectGuess?.data as Float32Array, data);
    });
  });

  it('may be in Fortran order', async () => {
    const path = scanFile({
      name: 'objectGuess.npy',
      data: npyBytes({ descr: '<c8', shape: [SIDE, SIDE], fortran: true, data: bytesOf(data) }),
    });
    await opened(path, (raw) => {
      const values = raw.objectGuess?.data as Float32Array;
      for (const [row, column] of [
        [0, 7],
        [7, 0],
        [1039, 3],
      ] as const) {
        const [to, from] = [2 * (row * SIDE + column), 2 * (column * SIDE + row)];
        expect([values[to], values[to + 1]]).toEqual([data[from], data[from + 1]]);
      }
    });
  });

  it('is refused with its NaN by whoever asks for it, and by a check of the file', async () => {
    const path = scanFile({ name: 'objectGuess.npy', data: writeNpy({ ...member, data: data.with(5, Number.NaN) }) });
    await opened(path, (raw) => expect(() => raw.objectGuess?.data).toThrow(DatasetContractError));
    expect(await checkDataset(path)).toMatchObject([{ key: 'objectGuess', got: expect.stringContaining('1 parts') }]);
  });

  it('is refused with a wrong checksum', async () => {
    await opened(scanFile({ ...stored, crc: 1 }), (raw) => expect(() => raw.objectGuess?.data).toThrow(ZipFormatError));
  });

  it('is refused when the file was changed, shortened, replaced or removed', async () => {
    const change: Record<string, (path: string) => void> = {
      changed: (path) => utimesSync(path, 1, 1),
      shortened: (path) => truncateSync(path, 1000),
      replaced: (path) => renameSync(scanFile(stored), path),
      removed: (path) => rmSync(path),
    };
    for (const alter of Object.values(change)) {
      const path = scanFile(stored);
      const raw = await opened(path, (scan) => scan);
      alter(path);
      expect(() => raw.objectGuess?.data).toThrow(DataFileError);
    }
  });
});

describe('an object that is read at once', () => {
  it('is small', async () => {
    const small = syntheticScan().objectGuess;
    const path = scanFile({ name: 'objectGuess.npy', data: writeNpy(small) });
    await opened(path, (raw) => {
      expect(isDeferred(raw)).toBe(false);
      expect(raw.objectGuess).toEqual(small);
    });
  });
});

describe('a large deflated object', () => {
  it('is read when its values are asked for', async () => {
    const raw = await opened(scanFile({ ...stored, deflate: true }), (scan) => scan);
    expect(isDeferred(raw)).toBe(true);
    expectSame(raw.objectGuess?.data as Float32Array, data);
  });

  it('is refused where its bytes are damaged', async () => {
    const path = scanFile({ ...stored, deflate: true });
    const file = openSync(path, 'r+');
    writeSync(file, new Uint8Array(500).fill(0xff), 0, 500, 20_000);
    closeSync(file);
    const raw = await opened(path, (scan) => scan);
    expect(() => raw.objectGuess?.data).toThrow(ZipFormatError);
    expect(() => raw.objectGuess?.data).toThrow(/cannot be inflated|checksum/);
  });

  it('is refused where it is longer or shorter than announced', async () => {
    const npy = stored.data;
    const cases: [Partial<ZipRecipe>, RegExp][] = [
      [{ claimedSize: npy.length + 9 }, /does not hold/],
      [{ data: Buffer.concat([npy, new Uint8Array(9)]), claimedSize: npy.length }, /does not hold|cannot be inflated/],
    ];
    for (const [damage, message] of cases) {
      const raw = await opened(scanFile({ ...stored, deflate: true, ...damage }), (scan) => scan);
      expect(() => raw.objectGuess?.data, String(message)).toThrow(ZipFormatError);
      expect(() => raw.objectGuess?.data).toThrow(message);
    }
  });
});
