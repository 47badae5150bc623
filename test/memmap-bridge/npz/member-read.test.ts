import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NpzFile, ZipFormatError } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { readMember } from '../../../packages/memmap-bridge/src/npz/member-read.js';
import { expectSame } from '../support/expect-same.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { zipBytes } from '../support/zip-bytes.js';

const folder = temporaryFolder();
const data = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 253);

describe.each([true, false])('readMember, deflated: %s', (deflate) => {
  const path = join(folder, `${deflate}.zip`);
  writeFileSync(path, zipBytes([{ name: 'bytes', data, deflate }]));
  const wrong = join(folder, `${deflate}-wrong.zip`);
  writeFileSync(wrong, zipBytes([{ name: 'bytes', data, deflate, crc: 1 }]));

  it('reads any part', async () => {
    await using npz = await NpzFile.open(path);
    for (const [skip, length] of [
      [0, data.length],
      [128, 2_999_000],
      [2_000_000, 7],
      [2_999_999, 1],
      [128, 0],
    ] as const) {
      const into = new Uint8Array(length);
      await readMember(npz.file, npz.entry('bytes'), { skip, into });
      expectSame(into, data.subarray(skip, skip + length));
    }
  });

  it('checks the whole member, whatever part is wanted', async () => {
    await using npz = await NpzFile.open(wrong);
    await expect(readMember(npz.file, npz.entry('bytes'), { skip: 5, into: new Uint8Array(3) })).rejects.toThrow(ZipFormatError);
  });
});
