import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemberMissingError, NpyFormatError, NpzFile, PickledArrayError, ZipFormatError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { bytesOf, npyBytes } from '../support/npy-bytes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type ArchiveRecipe, type ZipRecipe, zipBytes } from '../support/zip-bytes.js';

const folder = temporaryFolder();
const values = Float64Array.from({ length: 300 }, (_, i) => i / 3);
const a = npyBytes({ descr: '<f8', shape: [300], data: bytesOf(values) });
const b = npyBytes({ descr: '<i4', shape: [2], data: bytesOf(Int32Array.of(7, 8)) });

let files = 0;
async function withArchive<T>(members: readonly ZipRecipe[], use: (npz: NpzFile) => Promise<T>, archive: ArchiveRecipe = {}): Promise<T> {
  const path = join(folder, `${files++}.npz`);
  writeFileSync(path, zipBytes(members, archive));
  const npz = await NpzFile.open(path);
  try {
    return await use(npz);
  } finally {
    await npz.close();
  }
}

describe('NpzFile', () => {
  const pair = (options: Partial<ZipRecipe>): ZipRecipe[] => [
    { name: 'a.npy', data: a, ...options },
    { name: 'b.npy', data: b, ...options },
  ];

  it.each<[string, ZipRecipe[], ArchiveRecipe]>([
    ['stored members', pair({}), {}],
    ['deflated members', pair({ deflate: true }), {}],
    ['data descriptors', pair({ deflate: true, descriptor: true }), {}],
    ['zip64 sizes', pair({ zip64: true }), {}],
    ['zip64 sizes of deflated members', pair({ deflate: true, zip64: true, descriptor: true }), {}],
    ['a zip64 end record', pair({}), { zip64End: true }],
    ['a comment', pair({}), { comment: `made by hand PK\x05\x06${'x'.repeat(40)}` }],
    ['bytes in front', pair({}), { prefix: new Uint8Array(1000).fill(80) }],
    ['bytes in front of a zip64 end record', pair({ zip64: true }), { prefix: new Uint8Array(99), zip64End: true }],
    ['members in another order', pair({}).reverse(), {}],
  ])('reads archives with %s', async (_, members, archive) => {
    await withArchive(
      members,
      async (npz) => {
        expect([...npz.names].sort()).toEqual(['a', 'b']);
        expect(await npz.read('a')).toEqual({ type: 'float64', shape: [300], data: values });
        expect(await npz.read('b')).toEqual({ type: 'int32', shape: [2], data: Int32Array.of(7, 8) });
        expect(await npz.header('a')).toMatchObject({ shape: [300], dataLength: 2400 });
      },
      archive,
    );
  });

  it('takes names as keys, never as paths, and the last of equal names', async () => {
    const names = ['../../etc/passwd.npy', '/root.npy', '__proto__.npy', 'notes.txt', 'twice.npy'];
    const members = names.map((name) => ({ name, data: b }));
    await withArchive([...members, { name: 'twice.npy', data: a }], async (npz) => {
      expect(npz.names).toEqual(['../../etc/passwd', '/root', '__proto__', 'notes.txt', 'twice']);
      expect((await npz.read('__proto__')).data).toEqual(Int32Array.of(7, 8));
      expect((await npz.read('twice')).shape).toEqual([300]);
    });
  });

  it('reads headers longer than the first read', async () => {
    const long = npyBytes({ descr: '<i4', shape: [2], data: bytesOf(Int32Array.of(7, 8)) });
    const padded = Buffer.concat([
      Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, 0, 0x40, 0, 0),
      long.subarray(10, 127),
      Buffer.alloc(0x4000 - 117, ' '),
      long.subarray(128),
    ]);
    for (const deflate of [false, true]) {
      await withArchive([{ name: 'b.npy', data: padded, deflate }], async (npz) => {
        expect(await npz.header('b')).toMatchObject({ shape: [2], dataOffset: 0x4000 + 12 });
        expect((await npz.read('b')).data).toEqual(Int32Array.of(7, 8));
      });
    }
  });

  it('says which members there are when one is missing', async () => {
    await withArchive(pair({}), async (npz) => {
      await expect(npz.read('c')).rejects.toThrow(MemberMissingError);
      await expect(npz.read('c')).rejects.toThrow(/no member 'c'[\s\S]*fix: it has: a, b/);
    });
  });

  it.each<[string, Partial<ZipRecipe>, RegExp]>([
    ['an encrypted member', { encrypted: true }, /encrypted/],
    ['another compression', { method: 12 }, /compression method 12/],
    ['a wrong checksum', { crc: 1 }, /checksum does not match/],
    ['a wrong checksum of a deflated member', { crc: 1, deflate: true }, /checksum does not match/],
    ['a stored member of two sizes', { claimedSize: 10 }, /cannot hold/],
    ['an impossible ratio', { claimedSize: 2 ** 32, zip64: true, deflate: true }, /cannot hold 4294967296/],
    ['fewer bytes than announced', { claimedSize: 5000, deflate: true }, /holds 2528 of 5000 bytes/],
    ['more bytes than announced', { claimedSize: 500, deflate: true }, /more than the 500 bytes/],
  ])('refuses %s', async (_, options, message) => {
    await withArchive([{ name: 'a.npy', data: a, ...options }], async (npz) => {
      await expect(npz.read('a')).rejects.toThrow(ZipFormatError);
      await expect(npz.read('a')).rejects.toThrow(message);
    });
  });

  it('refuses damaged deflate data', async () => {
    const path = join(folder, 'damaged.npz');
    const bytes = zipBytes([{ name: 'a.npy', data: a, deflate: true }]);
    bytes.fill(0xff, 60, 80);
    writeFileSync(path, bytes);
    const npz = await NpzFile.open(path);
    await expect(npz.read('a')).rejects.toThrow(/cannot be inflated/);
    await npz.close();
  });

  it('refuses members that are no arrays, pickled ones by name', async () => {
    const pickled = npyBytes({ descr: '|O', shape: [], data: new Uint8Array(10) });
    const members = [
      { name: 'x.npy', data: new TextEncoder().encode('hello world, this is text') },
      { name: 'p.npy', data: pickled },
      { name: 'short.npy', data: a.subarray(0, 1000) },
    ];
    await withArchive(members, async (npz) => {
      await expect(npz.read('x')).rejects.toThrow(NpyFormatError);
      await expect(npz.read('p')).rejects.toThrow(PickledArrayError);
      await expect(npz.header('p')).rejects.toThrow(/#p/);
      await expect(npz.header('short')).rejects.toThrow(/cut short: 872 of 2400/);
    });
  });

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['text', new TextEncoder().encode('this is no archive, but it is longer than an end record')],
    ['a member without directory', zipBytes([{ name: 'a.npy', data: a }]).subarray(0, 2000)],
  ])('refuses %s', async (_, bytes) => {
    const path = join(folder, `${files++}.npz`);
    writeFileSync(path, bytes);
    await expect(NpzFile.open(path)).rejects.toThrow(ZipFormatError);
    await expect(NpzFile.open(path)).rejects.toThrow(/no directory/);
  });

  it('refuses paths that are missing or no files', async () => {
    await expect(NpzFile.open(join(folder, 'none.npz'))).rejects.toThrow(/does not exist[\s\S]*none.npz/);
    await expect(NpzFile.open(folder)).rejects.toThrow(/not a file/);
  });
});
