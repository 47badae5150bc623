import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@ptychokit/config';
import { DataFileError } from '@ptychokit/memmap-bridge';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DataFile } from '../../../packages/memmap-bridge/src/data-file.js';
import { ReadPace } from '../../../packages/memmap-bridge/src/stack/read-pace.js';
import { RecordReader } from '../../../packages/memmap-bridge/src/stack/record-reader.js';
import { expectSame } from '../support/expect-same.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// The clock is looked at every eighth record.
const [LENGTH, COUNT, POSITION] = [9000, 50, 7];
const path = join(temporaryFolder(), 'records.bin');
writeFileSync(
  path,
  Uint8Array.from({ length: POSITION + LENGTH * COUNT }, (_, i) => (i < POSITION ? 255 : Math.floor((i - POSITION) / LENGTH))),
);

afterEach(() => vi.restoreAllMocks());

/** The ways a gather can go: all on the calling thread, all on the pool, or changing over after the first look at the clock. */
const ways: [string, () => void][] = [
  ['the calling thread', () => vi.spyOn(ReadPace.prototype, 'mustLeave').mockReturnValue(false)],
  ['the thread pool', () => vi.spyOn(ReadPace.prototype, 'mayWait').mockReturnValue(false)],
  ['both', () => vi.spyOn(ReadPace.prototype, 'mustLeave').mockReturnValue(true)],
];

describe.each(ways)('RecordReader on %s', (_, choose) => {
  it('gathers records in index order', async () => {
    choose();
    await using file = await DataFile.open(path);
    const reader = new RecordReader(file, { position: POSITION, length: LENGTH });
    const random = new Random(0, 'record-reader');
    for (let round = 0; round < 20; round++) {
      const indices = Int32Array.from({ length: random.integer(30) }, () => random.integer(COUNT));
      if (round % 2 === 0) indices.sort();
      const into = new Uint8Array((indices.length + 1) * LENGTH).fill(99);
      await reader.gather(indices, into);
      expectSame(
        into,
        Uint8Array.from({ length: into.length }, (_, i) => indices[Math.floor(i / LENGTH)] ?? 99),
      );
    }
  });

  it('says where the file ends too early', async () => {
    choose();
    await using file = await DataFile.open(path);
    const reader = new RecordReader(file, { position: POSITION, length: LENGTH });
    const into = new Uint8Array(4 * LENGTH);
    for (const indices of [[COUNT], [0, COUNT - 1, COUNT], [COUNT + 5, 3]]) {
      const gathering = async (): Promise<void> => reader.gather(indices, into);
      await expect(gathering()).rejects.toThrow(DataFileError);
      await expect(gathering()).rejects.toThrow(/cut short/);
    }
  });
});
