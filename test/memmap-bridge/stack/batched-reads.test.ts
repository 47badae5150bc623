import { closeSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BatchedReads, batchedReads, type RecordGather } from '../../../packages/memmap-bridge/src/stack/batched-reads.js';
import type { SystemCalls } from '../../../packages/memmap-bridge/src/stack/system-calls.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const path = join(temporaryFolder(), 'bytes.bin');
const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
writeFileSync(path, bytes);
const file = openSync(path, 'r');
afterAll(() => closeSync(file));

const LENGTH = 100;
const POSITION = 3;
const COUNT = 999; // the last record of the file is cut short
const batch = batchedReads();

const gatherOf = (indices: readonly number[], into: Uint8Array = new Uint8Array(indices.length * LENGTH)): RecordGather => ({
  indices,
  into,
  position: POSITION,
  length: LENGTH,
});

const recordOf = (index: number): Uint8Array => bytes.subarray(POSITION + index * LENGTH, POSITION + (index + 1) * LENGTH);

describe.skipIf(batch === undefined)('BatchedReads (needs Linux and koffi)', () => {
  const reads = batch as BatchedReads;

  it.each([1, 16, 64, 65, 300])('gathers %i records, neighbours among them', (count) => {
    const indices = Array.from(
      { length: count },
      (_, k) => (k % 5 === 4 ? ((k - 1) * 7919) % 900 : (k * 7919) % 900) + (k % 5 === 4 ? 1 : 0),
    );
    const into = new Uint8Array(count * LENGTH + 50).fill(255);
    expect(reads.gather(file, gatherOf(indices, into))).toEqual([]);
    for (const [place, index] of indices.entries()) expect(into.subarray(place * LENGTH, (place + 1) * LENGTH)).toEqual(recordOf(index));
    expect(into.subarray(count * LENGTH).every((byte) => byte === 255)).toBe(true);
  });

  it('reads into the middle of a buffer, shared or not', () => {
    for (const buffer of [new ArrayBuffer(400), new SharedArrayBuffer(400)]) {
      expect(reads.gather(file, gatherOf([5, 3], new Uint8Array(buffer, 16, 200)))).toEqual([]);
      expect([...new Uint8Array(buffer, 116, 100)]).toEqual([...recordOf(3)]);
      expect([...new Uint8Array(buffer, 0, 16), ...new Uint8Array(buffer, 216)].every((byte) => byte === 0)).toBe(true);
    }
  });

  it('returns the places of what lies beyond the end of the file', () => {
    expect(reads.gather(file, gatherOf([4, COUNT + 7, 9, COUNT, 2]))).toEqual([1, 3]);
    expect(reads.gather(file, gatherOf([COUNT - 1, COUNT, 2]))).toEqual([0, 1]);
  });

  it('says that a file cannot be read so, and is ready for the next one', () => {
    expect(reads.gather(-1, gatherOf([3, 1]))).toBeUndefined();
    expect(reads.gather(file, gatherOf([3, 1]))).toEqual([]);
  });

  it('knows whether a file was changed', () => {
    const { ctimeNs } = fstatSync(file, { bigint: true });
    const time = { seconds: Number(ctimeNs / 10n ** 9n), nanoseconds: Number(ctimeNs % 10n ** 9n) };
    expect(reads.isUnchanged(file, time)).toBe(true);
    expect(reads.isUnchanged(file, { ...time, nanoseconds: time.nanoseconds + 1 })).toBe(false);
    expect(reads.isUnchanged(file, { ...time, seconds: time.seconds - 1 })).toBe(false);
    expect(reads.isUnchanged(-1, time)).toBe(false);
  });
});

/** Answers to requests as the kernel gives them, made up: number of the request and its result. */
function madeUp(
  results: readonly (readonly [request: number, result: number])[],
  { signals = 0, taken = results.length } = {},
): SystemCalls {
  const [left, steps] = [[...results], [...Array<number>(signals).fill(-1)]];
  return {
    addressOf: () => 4096,
    stat: () => -1,
    submit: () => taken,
    collect: (count, events) => {
      const step = steps.pop();
      if (step !== undefined) return step;
      const some = left.splice(0, Math.min(2, count)); // after a signal the kernel may hand out less than was asked for
      for (const [k, [request, result]] of some.entries()) {
        events[8 * k] = request;
        events[8 * k + 4] = result;
      }
      return some.length;
    },
  };
}

const gathered = (count: number, calls: SystemCalls): readonly number[] | undefined =>
  new BatchedReads(calls).gather(3, gatherOf(Array.from({ length: count }, (_, k) => 2 * k)))?.toSorted((a, b) => a - b);

describe('BatchedReads with made-up answers', () => {
  const answers = [4, 2, 0, 1, 3].map((request) => [request, request === 2 ? -11 : request === 3 ? 99 : LENGTH] as const);

  it('matches answers in any order to their requests', () => {
    expect(gathered(5, madeUp(answers))).toEqual([2, 3]);
  });

  it('waits for every answer, also after signals', () => {
    expect(gathered(5, madeUp(answers, { signals: 3 }))).toEqual([2, 3]);
  });

  it('returns what the system did not take', () => {
    expect(gathered(7, madeUp(answers))).toEqual([2, 3, 5, 6]);
    expect(gathered(5, madeUp([], { taken: -1 }))).toBeUndefined();
  });

  it('takes "not supported" for the whole file', () => {
    for (const result of [-95, -38, -22]) expect(gathered(2, madeUp([[0, LENGTH] as const, [1, result] as const]))).toBeUndefined();
  });
});
