import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@ptychokit/config';
import { DataFileError } from '@ptychokit/memmap-bridge';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DataFile } from '../../../packages/memmap-bridge/src/data-file.js';
import { BatchedReads, batchedReads } from '../../../packages/memmap-bridge/src/stack/batched-reads.js';
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

/** Lets batches leave the chosen places to others, as if their records were not in memory. */
function leaveOfBatches(chosen: (place: number) => boolean): void {
  const gather = BatchedReads.prototype.gather;
  vi.spyOn(BatchedReads.prototype, 'gather').mockImplementation(function (this: BatchedReads, file, records) {
    const before = records.into.slice();
    const missing = gather.call(this, file, records);
    if (missing === undefined) return undefined;
    const places = Array.from(records.indices, (_, place) => place).filter((place) => chosen(place) || missing.includes(place));
    for (const place of places) records.into.set(before.subarray(place * LENGTH, (place + 1) * LENGTH), place * LENGTH);
    return places;
  });
}

const withoutBatches = (): void => {
  vi.spyOn(DataFile.prototype, 'gatherBatch').mockReturnValue(undefined);
};

/** The ways a gather can go: in batches as far as these go, on the calling thread, on the pool, or changing over on the way. */
const ways: [string, () => void][] = [
  ['batches', () => {}],
  ['batches that find nothing', () => leaveOfBatches(() => true)],
  ['batches that find a half', () => leaveOfBatches((place) => place % 2 === 0)],
  ['a file that cannot be read in batches', withoutBatches],
  [
    'the calling thread',
    () => {
      withoutBatches();
      vi.spyOn(ReadPace.prototype, 'mustLeave').mockReturnValue(false);
    },
  ],
  [
    'the thread pool',
    () => {
      withoutBatches();
      vi.spyOn(ReadPace.prototype, 'mayWait').mockReturnValue(false);
    },
  ],
  [
    'calling thread and pool',
    () => {
      withoutBatches();
      vi.spyOn(ReadPace.prototype, 'mustLeave').mockReturnValue(true);
    },
  ],
];

/** A reader that has seen so many scattered gathers that it reads in batches, where the system has them. */
async function patientReader(file: DataFile): Promise<RecordReader> {
  const reader = new RecordReader(file, { position: POSITION, length: LENGTH });
  for (let round = 0; round < 10; round++) await reader.gather([5, 3], new Uint8Array(2 * LENGTH));
  return reader;
}

describe.each(ways)('RecordReader on %s', (_, choose) => {
  it('gathers records in index order', async () => {
    choose();
    await using file = await DataFile.open(path);
    const reader = await patientReader(file);
    const random = new Random(0, 'record-reader');
    for (let round = 0; round < 12; round++) {
      const indices = Int32Array.from({ length: random.integer(round < 11 ? 30 : 150) }, () => random.integer(COUNT));
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
    const reader = await patientReader(file);
    const into = new Uint8Array(4 * LENGTH);
    for (const indices of [[COUNT], [0, COUNT - 1, COUNT], [COUNT + 5, 3], [3, COUNT + 5, 2]]) {
      const gathering = async (): Promise<void> => reader.gather(indices, into);
      await expect(gathering()).rejects.toThrow(DataFileError);
      await expect(gathering()).rejects.toThrow(/cut short/);
    }
  });

  it('refuses to read a file that was closed', async () => {
    choose();
    const file = await DataFile.open(path);
    const reader = await patientReader(file);
    await file.close();
    const gathering = async (): Promise<void> => reader.gather([4, 2], new Uint8Array(2 * LENGTH));
    await expect(gathering()).rejects.toThrow(DataFileError);
  });
});

describe.skipIf(batchedReads() === undefined)('RecordReader and batches (needs Linux and koffi)', () => {
  it('begins with them after some scattered gathers, and not for neighbours', async () => {
    const read = vi.spyOn(BatchedReads.prototype, 'gather');
    await using file = await DataFile.open(path);
    const reader = new RecordReader(file, { position: POSITION, length: LENGTH });
    const into = new Uint8Array(4 * LENGTH);
    for (let round = 0; round < 10; round++) await reader.gather([5, 6, 7], into);
    for (let round = 0; round < 7; round++) await reader.gather([5, 3], into);
    expect(read).not.toHaveBeenCalled();
    await reader.gather([5, 3], into);
    await reader.gather([1, 7, 9], into);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('asks seldom after they found nothing for long, and always after they found something', async () => {
    await using file = await DataFile.open(path);
    let nothing = true;
    const read = vi.spyOn(DataFile.prototype, 'gatherBatch').mockImplementation(() => (nothing ? [0, 1] : []));
    const reader = await patientReader(file);
    const into = new Uint8Array(2 * LENGTH);
    for (let round = 0; round < 20; round++) await reader.gather([5, 3], into);
    const before = read.mock.calls.length;
    for (let round = 0; round < 160; round++) await reader.gather([5, 3], into);
    expect(read.mock.calls.length - before).toBeGreaterThanOrEqual(8);
    expect(read.mock.calls.length - before).toBeLessThanOrEqual(16);
    nothing = false;
    for (let round = 0; round < 20; round++) await reader.gather([5, 3], into);
    const found = read.mock.calls.length;
    for (let round = 0; round < 20; round++) await reader.gather([5, 3], into);
    expect(read.mock.calls.length - found).toBe(20);
  });
});
