import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPtychoError, Random } from '@ptychokit/config';
import { openScan, readNpy, writeNpy } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { scanMembers, syntheticScan } from './support/synthetic-scan.js';
import { temporaryFolder } from './support/temporary-folder.js';
import { zipBytes } from './support/zip-bytes.js';

const ROUNDS = 80;
const folder = temporaryFolder();
const memmapDir = join(folder, 'cache');
mkdirSync(memmapDir);
const path = join(folder, 'scan.npz');
const members = Object.entries(scanMembers(syntheticScan({ frameCount: 9, frameSize: 4 }))).map(([name, value]) => ({
  name: `${name}.npy`,
  data: writeNpy(value),
}));
const archives = {
  stored: zipBytes(members),
  deflated: zipBytes(members.map((member) => ({ ...member, deflate: true, descriptor: true }))),
  zip64: zipBytes(
    members.map((member) => ({ ...member, zip64: true })),
    { zip64End: true },
  ),
};

/** Opens and reads everything; a scan that still opens is fine, an error must be one of ours. */
async function read(bytes: Uint8Array): Promise<'read' | 'refused'> {
  writeFileSync(path, bytes);
  try {
    const raw = await openScan(path, { memmapDir });
    try {
      const all = Int32Array.from({ length: Math.min(raw.frameCount, 100) }, (_, i) => i);
      await raw.frames.readFrames(all, new Float32Array(all.length * raw.frameSize ** 2));
    } finally {
      await raw.close();
    }
    return 'read';
  } catch (error) {
    if (!isPtychoError(error)) throw error;
    return 'refused';
  }
}

describe.each(Object.entries(archives))('a damaged archive (%s)', (_, archive) => {
  it('is read when it is whole', async () => {
    expect(await read(archive)).toBe('read');
  });

  it('is refused wherever it is cut, by a typed error', async () => {
    for (let length = 0; length < archive.length; length += Math.max(1, Math.floor(archive.length / 60))) {
      expect(await read(archive.subarray(0, length))).toBe('refused');
    }
  });

  it('never fails in another way than by a typed error, wherever a byte is flipped', async () => {
    const random = new Random(0, 'flips', archive.length);
    const outcomes = { read: 0, refused: 0 };
    const memory = process.memoryUsage().rss;
    for (let round = 0; round < ROUNDS; round++) {
      const damaged = new Uint8Array(archive);
      // Half of the flips hit the directory and end records, where a byte does most harm.
      const at = round % 2 === 0 ? random.integer(archive.length) : archive.length - 1 - random.integer(Math.min(700, archive.length));
      damaged[at] = round % 3 === 0 ? 0xff : (damaged[at] as number) ^ (1 << random.integer(8));
      outcomes[await read(damaged)]++;
    }
    expect(outcomes.refused).toBeGreaterThan(ROUNDS / 4);
    expect(process.memoryUsage().rss - memory).toBeLessThan(300e6);
    expect(readdirSync(memmapDir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('a damaged NPY array', () => {
  it('never fails in another way than by a typed error', () => {
    const random = new Random(0, 'npy-flips');
    const array = writeNpy({ type: 'complex64', shape: [2, 3], data: new Float32Array(12) });
    for (let round = 0; round < 3000; round++) {
      const damaged = new Uint8Array(array);
      for (let flips = 0; flips <= round % 3; flips++) damaged[random.integer(128)] = random.integer(256);
      try {
        readNpy(damaged);
      } catch (error) {
        expect(isPtychoError(error, 'NPY_FORMAT', 'NPY_PICKLED') ? 'typed' : error).toBe('typed');
      }
    }
    for (let length = 0; length < array.length; length++) expect(() => readNpy(array.subarray(0, length))).toThrow(/NPY array/);
  });
});
