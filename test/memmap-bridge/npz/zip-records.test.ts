import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { NpzFile, openScan, writeNpy } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { npyHeaderBytes } from '../../../packages/memmap-bridge/src/npy/write.js';
import { centralDirectory, localHeader, type WrittenEntry } from '../../../packages/memmap-bridge/src/npz/zip-records.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const FRAMES = 70_000;
const SIZE = 128; // 4.6 GB of frames

/** A sparse archive: only a few frames, and what comes after more than 4 GiB of holes, take room on the disk. */
async function sparseScan(path: string): Promise<void> {
  const handle = await open(path, 'w');
  const entries: WrittenEntry[] = [];
  let position = 0;
  const begin = async (name: string, sizes: { size: number; crc: number; wide: boolean }): Promise<void> => {
    const entry: WrittenEntry = {
      name,
      method: 0,
      crc32: sizes.crc,
      compressedSize: sizes.size,
      size: sizes.size,
      headerOffset: position,
      wide: sizes.wide,
    };
    const header = localHeader(entry);
    await handle.write(header, 0, header.length, position);
    entries.push(entry);
    position += header.length;
  };
  const header = npyHeaderBytes('<f4', [FRAMES, SIZE, SIZE]);
  const bytes = FRAMES * SIZE * SIZE * 4;
  await begin('diffraction.npy', { size: header.length + bytes, crc: 0, wide: true });
  await handle.write(header, 0, header.length, position);
  const frame = new Float32Array(SIZE * SIZE);
  for (const k of [0, 5, FRAMES - 1])
    await handle.write(new Uint8Array(frame.fill(k + 1).buffer), 0, 4 * frame.length, position + header.length + k * 4 * frame.length);
  position += header.length + bytes;
  const coordinates = Float64Array.from({ length: FRAMES }, (_, i) => i % 300);
  const probe = { shape: [SIZE, SIZE], data: new Float32Array(2 * SIZE * SIZE).fill(1) };
  for (const [name, value] of Object.entries({ xcoords: coordinates, ycoords: coordinates, probeGuess: probe })) {
    const array = writeNpy(value);
    await begin(`${name}.npy`, { size: array.length, crc: crc32(array), wide: false });
    await handle.write(array, 0, array.length, position);
    position += array.length;
  }
  const directory = centralDirectory(entries, position);
  await handle.write(directory, 0, directory.length, position);
  await handle.close();
}

describe('an archive of more than 4 GiB', () => {
  it('is opened and gathered from without reading it', async () => {
    const path = join(folder, 'large.npz');
    await sparseScan(path);
    const npz = await NpzFile.open(path);
    expect(npz.file.size).toBeGreaterThan(2 ** 32);
    expect(await npz.header('diffraction')).toMatchObject({ shape: [FRAMES, SIZE, SIZE] });
    await npz.close();
    const before = process.memoryUsage().rss;
    const raw = await openScan(path);
    const into = new Float32Array(4 * SIZE * SIZE);
    await raw.frames.readFrames([FRAMES - 1, 0, 1, 5], into);
    expect([0, 1, 2, 3].map((k) => into[k * SIZE * SIZE + 77])).toEqual([FRAMES, 1, 0, 6]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
    await raw.close();
  });
});

describe('zip64 records', () => {
  const entry: WrittenEntry = { name: 'd.npy', method: 0, crc32: 1, compressedSize: 5e9, size: 5e9, headerOffset: 6e9, wide: true };

  it('hold sizes and positions beyond 32 bits', () => {
    const local = Buffer.from(localHeader(entry));
    expect([local.readUInt32LE(18), local.readUInt32LE(22)]).toEqual([0xffff_ffff, 0xffff_ffff]);
    expect([local.readBigUInt64LE(39), local.readBigUInt64LE(47)]).toEqual([5_000_000_000n, 5_000_000_000n]);
    const directory = Buffer.from(centralDirectory([entry], 11e9));
    expect(directory.indexOf(Buffer.from([0x50, 0x4b, 6, 6]))).toBeGreaterThan(0);
    expect(directory.readUInt32LE(directory.length - 6)).toBe(0xffff_ffff);
  });

  it('carry the first time a zip can say', () => {
    expect(Buffer.from(localHeader(entry)).readUInt32LE(10)).toBe(0x0021_0000);
    expect(Buffer.from(centralDirectory([entry], 0)).readUInt32LE(12)).toBe(0x0021_0000);
  });

  it('are only used where they are needed', () => {
    const small = { ...entry, compressedSize: 5, size: 5, headerOffset: 0, wide: false };
    expect(localHeader(small)).toHaveLength(35);
    expect(centralDirectory([small], 40)).toHaveLength(46 + 5 + 22);
  });
});
