import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { isPtychoError, type PtychoError } from '@ptychokit/config';
import {
  DataFileError,
  DatasetContractError,
  FrameCacheError,
  type NpyValue,
  NpzFile,
  openDataset,
  writeNpy,
} from '@ptychokit/memmap-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameCache } from '../../packages/memmap-bridge/src/stack/frame-cache.js';
import { hydrateStack } from '../../packages/memmap-bridge/src/stack/hydrate.js';
import { stackLayout } from '../../packages/memmap-bridge/src/stack/layout.js';
import { scanMembers, syntheticScan } from '../memmap-bridge/support/synthetic-scan.js';
import { temporaryFolder } from '../memmap-bridge/support/temporary-folder.js';
import { type ZipRecipe, zipBytes } from '../memmap-bridge/support/zip-bytes.js';

const folder = temporaryFolder();
const memmapDir = join(folder, 'cache');
mkdirSync(memmapDir);
const scan = syntheticScan({ frameCount: 5, frameSize: 4 });
const { diffraction, xcoords, ycoords, probeGuess } = scanMembers(scan);
/** The required arrays only: every byte is tried. */
const members = Object.entries({ diffraction, xcoords, ycoords, probeGuess } as Record<string, NpyValue>).map(([name, value]) => ({
  name: `${name}.npy`,
  data: writeNpy(value),
}));
const stored = zipBytes(members);
const deflated = zipBytes(members.map((member) => ({ ...member, deflate: true, descriptor: true })));

let written = 0;
function writeScan(bytes: Uint8Array): string {
  const path = join(folder, `scan-${written++ % 8}.npz`);
  writeFileSync(path, bytes);
  return path;
}

/** All frames, or the typed error that refused them; every other error is a failure of the test. */
async function framesOf(bytes: Uint8Array): Promise<Float32Array | PtychoError> {
  const path = writeScan(bytes);
  utimesSync(path, 1e9, 1e9); // one key for all: frames are inflated once, by the first of them
  try {
    await using raw = await openDataset(path, { memmapDir });
    const into = new Float32Array(raw.frameCount * raw.frameSize ** 2);
    await raw.frames.readFrames(
      Int32Array.from({ length: raw.frameCount }, (_, i) => i),
      into,
    );
    return into;
  } catch (error) {
    if (!isPtychoError(error)) throw error;
    return error;
  }
}

const temporaries = (): string[] => readdirSync(memmapDir).filter((name) => name.endsWith('.tmp'));
const peakBytes = (): number => 1024 * process.resourceUsage().maxRSS;

describe.each([
  ['stored', stored],
  ['deflated', deflated],
])('a %s archive', (_, archive) => {
  it('is refused by a typed error wherever it is cut', async () => {
    expect(await framesOf(archive)).toEqual(scan.diffraction);
    const path = writeScan(archive);
    for (let length = archive.length - 1; length >= 0; length--) {
      truncateSync(path, length);
      const error = await openDataset(path, { memmapDir }).catch((thrown) => thrown);
      if (!isPtychoError(error)) expect.fail(`cut to ${length} bytes: ${error}`);
    }
    expect(temporaries()).toEqual([]);
  });

  it('gives the right frames or a typed error whichever byte of its headers is flipped', async () => {
    const wrong: number[] = [];
    let refused = 0;
    for (const at of headerBytes(archive)) {
      const damaged = new Uint8Array(archive);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      const outcome = await framesOf(damaged);
      if (isPtychoError(outcome)) refused++;
      else if (Buffer.compare(Buffer.from(outcome.buffer), Buffer.from(scan.diffraction.buffer)) !== 0) wrong.push(at);
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(200);
    expect(temporaries()).toEqual([]);
  });
});

/** Positions of everything in an archive that is no data of an array: headers of zip and NPY, directory, end record. */
function headerBytes(archive: Uint8Array): number[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const positions: number[] = [];
  const add = (from: number, to: number): void => {
    for (let at = from; at < to; at++) positions.push(at);
  };
  const directory = view.getUint32(archive.length - 6, true);
  for (let at = directory; view.getUint32(at, true) === 0x02014b50; ) {
    const local = view.getUint32(at + 42, true);
    const data = local + 30 + view.getUint16(local + 26, true);
    add(local, data + (view.getUint16(at + 10, true) === 0 ? 128 : 0));
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  add(directory, archive.length);
  return positions;
}

describe('archives that lie', () => {
  const replaced = (name: string, recipe: Partial<ZipRecipe>): Uint8Array =>
    zipBytes(members.map((member) => (member.name === `${name}.npy` ? { ...member, ...recipe } : member)));
  const coordinates = members.find(({ name }) => name === 'xcoords.npy')?.data as Uint8Array;
  const frames = members.find(({ name }) => name === 'diffraction.npy')?.data as Uint8Array;
  const bomb = (data: Uint8Array): Uint8Array => Buffer.concat([data, new Uint8Array(1.2e8)]);
  const lies: [string, () => Uint8Array, RegExp][] = [
    ['a bomb where coordinates should be', () => replaced('xcoords', { data: bomb(coordinates), deflate: true }), /longer than its array/],
    ['a bomb behind the frames', () => replaced('diffraction', { data: bomb(frames), deflate: true }), /longer than its array/],
    ['a size that no data can have', () => replaced('xcoords', { deflate: true, claimedSize: 2 ** 31 }), /cannot hold 2147483648/],
    ['a size above what is stored', () => replaced('xcoords', { claimedSize: 2 ** 31 }), /cannot hold 2147483648/],
    [
      'a size below what is inflated',
      () => replaced('diffraction', { deflate: true, claimedSize: 200 }),
      /cut short|more than the 200 bytes/,
    ],
  ];

  it.each(lies)('are refused without making room: %s', async (_, make, message) => {
    const archive = make();
    const before = peakBytes();
    const outcome = await framesOf(archive);
    expect(outcome).toBeInstanceOf(DatasetContractError);
    expect((outcome as Error).message).toMatch(message);
    expect(peakBytes() - before).toBeLessThan(64e6);
    expect(temporaries()).toEqual([]);
  });

  it.each(['../../escape.npy', '/escape.npy', 'C:\\escape.npy', '..', ''])('never reach a file through the name %j', async (name) => {
    const outcome = await framesOf(zipBytes([...members, { name, data: coordinates, deflate: true }]));
    expect(outcome).toEqual(scan.diffraction);
    const npz = await NpzFile.open(writeScan(zipBytes([{ name, data: frames, deflate: true }])));
    const [key = ''] = npz.names;
    const header = await npz.header(key);
    const cached = await hydrateStack(npz, key, { layout: stackLayout(header, 'first'), dataOffset: header.dataOffset, folder: memmapDir });
    await npz.close();
    expect(cached.startsWith(`${memmapDir}/`)).toBe(true);
    expect([join(folder, '..', 'escape.npy'), join(folder, 'escape.npy'), '/escape.npy'].filter((path) => existsSync(path))).toEqual([]);
  });
});

describe('a scan that changes while it is open', () => {
  it.each<[string, (path: string) => void, RegExp]>([
    ['shortened', (path) => truncateSync(path, 900), /was shortened to 900/],
    ['written over', (path) => writeFileSync(path, stored), /was written to/],
  ])('is refused when it was %s', async (_, change, message) => {
    const path = writeScan(stored);
    utimesSync(path, 1e9, 1e9); // the clock of a file system ticks slower than this test
    await using raw = await openDataset(path);
    change(path);
    const error = await raw.frames.readFrames([0], new Float32Array(16)).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DataFileError);
    expect(error).toMatchObject({ path, message: expect.stringMatching(message) });
  });

  it('is refused when it is shortened before it is inflated, and nothing stays behind', async () => {
    const path = writeScan(deflated);
    const empty = join(folder, 'empty-cache');
    const npz = await NpzFile.open(path);
    const header = await npz.header('diffraction');
    truncateSync(path, 60);
    const options = { layout: stackLayout(header, 'first'), dataOffset: header.dataOffset, folder: empty };
    await expect(hydrateStack(npz, 'diffraction', options)).rejects.toThrow(DataFileError);
    await npz.close();
    expect(readdirSync(empty)).toEqual([]);
  });
});

/** Mounts a small file system in memory; undefined where that is not allowed. */
function mountSmall(path: string): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    return undefined;
  }
}

const small = mountSmall(join(folder, 'small'));
describe.skipIf(small === undefined)('a cache on a small disk (skipped without the right to mount one)', () => {
  const large = syntheticScan({ frameCount: 300, frameSize: 32 });
  let path = '';
  beforeAll(() => {
    path = join(folder, 'large.npz');
    const rows = Object.entries(scanMembers(large)).map(([name, value]) => ({ name: `${name}.npy`, data: writeNpy(value), deflate: true }));
    writeFileSync(path, zipBytes(rows));
  });
  afterAll(() => {
    execFileSync('umount', [small as string]);
  });

  it('that has too little room is left as it was', async () => {
    const error = await openDataset(path, { memmapDir: small }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(FrameCacheError);
    expect(error).toMatchObject({ folder: small, message: expect.stringMatching(/disk is full[\s\S]*fix: name a folder with room/) });
    expect(readdirSync(small as string)).toEqual([]);
  });

  it('that fills up in the middle is cleaned up', async () => {
    // The room was there when it was asked for, and somebody else took it.
    const statfs = (async () => ({ bavail: 1e9, bsize: 4096, blocks: 1e9 })) as unknown as typeof files.statfs;
    const cache = new FrameCache({ folder: small as string, files: { ...files, statfs } });
    const npz = await NpzFile.open(path);
    const layout = stackLayout(await npz.header('diffraction'), 'first');
    const key = { member: 'diffraction', crc32: 1, memberSize: 1, fileSize: 1, mtimeNs: '1', layout };
    const write = async (handle: files.FileHandle): Promise<void> => {
      for (let block = 0; block < 30; block++) await handle.write(new Uint8Array(1e5));
    };
    await expect(cache.file(key, { bytes: 3e6, write, source: path })).rejects.toThrow(/disk is full/);
    await npz.close();
    expect(readdirSync(small as string)).toEqual([]);
  });

  it('that is read-only is a clear error', async () => {
    execFileSync('mount', ['-o', 'remount,ro', small as string]);
    await expect(openDataset(writeScan(deflated), { memmapDir: small })).rejects.toThrow(/cannot be written \(EROFS\)/);
    await expect(openDataset(path, { memmapDir: join(small as string, 'below') })).rejects.toThrow(FrameCacheError);
  });
});

describe.skipIf(process.getuid?.() === 0)('a cache folder without permission (skipped for root, who may do anything)', () => {
  it('is a clear error', async () => {
    const locked = join(folder, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    await expect(openDataset(writeScan(deflated), { memmapDir: locked })).rejects.toThrow(/cannot be written \(EACCES\)/);
  });
});
